// Who may ask: the checks before any answer. Private to the server room.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "net/http_server.h"

namespace sosia::server {

struct Access {
    // Values of Host that are ours, with port. A page of a strange name that resolves to this machine (DNS rebinding)
    // sends that name and is refused.
    std::vector<std::string> hosts;
    std::string token;                   // "": nobody is asked for one (loopback)
    std::string cookie = "sosia-token";  // browsers share cookies between the ports of a host, so servers differ in it
};

// Reading is for requests that name this server, come from no other page and bring the token where there is one.
// Writing must also say that it comes from our own page, with a body declared as JSON: no form of another page can.
// An answer that refuses, or nothing when the request may go on.
std::optional<net::ServerResponse> refuse(const net::ServerRequest& request, const Access& access);

// The value of a query parameter with percent signs undone; "" when it is not there.
std::string query_value(std::string_view query, std::string_view name);

net::ServerResponse error_answer(int status, std::string_view sentence);

}  // namespace sosia::server
