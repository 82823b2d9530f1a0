// The providers by name: where they are, which variables they read, how they are spoken to.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "llm/providers/endpoint.h"
#include "llm/wire.h"

namespace sosia::llm {

struct EndpointParts {
    std::string base_url;  // without a slash at the end
    std::string model;
    std::string key;      // empty: none
    std::string version;  // of the API, where it can be chosen
};

struct Provider {
    std::string name;
    std::string base_url;                  // empty: every user has their own
    std::vector<std::string> base_env;     // variables that replace it, the first that is set
    std::vector<std::string> key_env;      // variables that hold the key
    std::vector<std::string> version_env;  // variables that hold the version of the API
    bool needs_key = true;
    bool seed = false;
    std::string priced_as;  // under which provider an answer's own model name is looked up; empty: not at all
    std::function<Endpoint(const EndpointParts&)> endpoint;
    std::function<std::unique_ptr<Wire>(Endpoint)> wire;
};

const Provider* find_provider(std::string_view name);
// Any server that speaks OpenAI's chat completions, named by its URL. No key unless one is chosen.
const Provider& compatible_server();
std::vector<std::string> provider_names();

// Azure OpenAI: its own addresses and its own header (providers/azure.cpp).
Endpoint azure_endpoint(const EndpointParts& parts);

// Part of what a cached answer depends on.
boost::json::object sampling_defaults(const Sampling& sampling);

}  // namespace sosia::llm
