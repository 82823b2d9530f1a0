// How the program's HTTP clients are set up.
#pragma once
#include "cli/context.h"
#include "net/http_client.h"

namespace sosia::cli {

// SSL_CERT_FILE names the certificates to trust instead of the system's, as it does for WebSockets (OpenSSL reads it).
inline net::HttpClient::Options http_options(const Context& context) {
    return {.authorities = context.process.environment("SSL_CERT_FILE").value_or("")};
}

}  // namespace sosia::cli
