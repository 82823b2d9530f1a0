// Which facts a request asks for.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "user/reader_clauses.h"
#include "user/reader_facts.h"
#include "user/reader_rules.h"

namespace sosia::user {

struct Asked {
    std::vector<std::string> facts;  // the caller's names; "" once for everything the caller does not list
    bool open = false;               // asks for something that is no fact ("more details")
    bool confirm = false;            // names the value itself ("confirm that your email is a@b.com")

    bool any_fact() const { return !facts.empty(); }
};

struct AskContext {
    const FactIndex::Impl& facts;
    const Concepts& concepts;
    const Lexicon& lexicon;
};

// What the unit asks for, given the request patterns found in it. `words` is reused memory.
Asked read_asks(const Unit& unit, std::span<const AskHit> hits, const AskContext& context, std::vector<AskWord>& words);

// What an item of a list of requested things names; never empty-handed: an unknown thing is "".
Asked read_asked_item(const Unit& unit, const AskContext& context, std::vector<AskWord>& words);

}  // namespace sosia::user
