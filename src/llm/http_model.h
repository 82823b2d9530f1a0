// A chat model behind HTTP: time and money of each answer. Lanes and attempts are http_caller's, what is written and
// read is the wire's.
#pragma once
#include <memory>
#include <string>

#include "llm/http_caller.h"
#include "llm/make_model.h"
#include "llm/wire.h"

namespace sosia::llm {

struct HttpModelSetup {
    Traits traits;
    Sampling defaults;
    std::string priced_as;  // "provider/" for answers that name their model themselves; empty: by the traits' name
};

std::shared_ptr<ChatModel> make_http_model(HttpModelSetup setup, std::unique_ptr<Wire> wire, HttpCaller caller,
                                           const PriceTable* prices);

}  // namespace sosia::llm
