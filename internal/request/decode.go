package request

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"

	"github.com/team-telnyx/telnyx-go/internal/apijson"
)

var errTooLarge = errors.New("the response is larger than option.WithMaxResponseBytes allows")

// readBody reads a body of at most MaxResponseBytes, and closes it. With an error, it returns what it has read.
func (c *Config) readBody(res *http.Response) ([]byte, error) {
	if res.Body == nil { // net/http never returns that, but middlewares and other clients may
		return nil, nil
	}
	defer res.Body.Close()
	if res.StatusCode < 200 { // from a middleware; see withoutConnection
		return nil, nil
	}
	size, limit := int64(512), c.MaxResponseBytes
	if res.ContentLength >= 0 { // at most 1 MiB is reserved for it, and a byte in which the end is found
		size = min(res.ContentLength, limit, 1<<20) + 1
	}
	buf := make([]byte, 0, size)
	for {
		n, err := res.Body.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case int64(len(buf)) > limit:
			return buf[:limit], errTooLarge
		case err == io.EOF:
			return buf, nil
		case err != nil:
			return buf, err
		case len(buf) == cap(buf):
			buf = slices.Grow(buf, len(buf)+1)
		}
	}
}

// usable returns an error if nothing can be decoded into dst.
func usable(dst any) error {
	v := reflect.ValueOf(dst)
	_, writer := dst.(io.Writer)
	if pointer := v.Kind() == reflect.Pointer; dst == nil || pointer && !v.IsNil() || writer && !pointer {
		return nil
	}
	return fmt.Errorf("the result must be a pointer that is not nil, or an io.Writer; it is a %T", dst)
}

// decode stores a successful response in dst, unless that is nil: the body as it is, the response itself, or JSON.
func decode(res *http.Response, body []byte, dst any) error {
	switch dst := dst.(type) {
	case nil:
		return nil
	case io.Writer:
		_, err := dst.Write(body)
		return err
	case *[]byte:
		*dst = bytes.Clone(body) // what was decoded from body shares its memory
		return nil
	case *string:
		*dst = string(body)
		return nil
	case **http.Response:
		*dst = replayable(res, body)
		return nil
	case *http.Response:
		*dst = *replayable(res, body)
		return nil
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return errors.New("the response is empty where JSON was expected")
	}
	err := apijson.DecodeBytes(body, dst)
	if err != apijson.ErrNotResponse {
		return err
	}
	if err = apijson.CheckAny(body, dst); err == nil {
		err = json.Unmarshal(body, dst)
	}
	if err != nil {
		return fmt.Errorf("decoding the response into %T: %w", dst, err)
	}
	return nil
}

// replayable returns a copy of res whose body can be read from the beginning.
func replayable(res *http.Response, body []byte) *http.Response {
	replay := *res
	replay.Body = io.NopCloser(bytes.NewReader(body))
	return &replay
}
