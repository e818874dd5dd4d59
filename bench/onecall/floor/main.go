// Command floor makes one call without the SDK, to compare its size and start-up with those of bench/onecall/sdk.
// Without an argument it ends before the call.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"
)

type client struct {
	Data struct {
		ClientID  string    `json:"client_id"`
		Name      string    `json:"name"`
		CreatedAt time.Time `json:"created_at"`
	} `json:"data"`
}

func main() {
	if len(os.Args) < 2 {
		return
	}
	c, err := get(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%+v\n", c.Data)
}

func get(id string) (c client, err error) {
	req, err := http.NewRequest("GET", "https://api.telnyx.com/v2/oauth_clients/"+url.PathEscape(id), nil)
	if err != nil {
		return c, err
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("TELNYX_API_KEY"))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return c, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return c, err
	}
	if res.StatusCode != 200 {
		return c, fmt.Errorf("status %d: %s", res.StatusCode, body)
	}
	return c, json.Unmarshal(body, &c)
}
