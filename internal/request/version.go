package request

// Version is the SDK's version, as the User-Agent tells it.
const Version = "0.1.0"
