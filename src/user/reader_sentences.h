// A table of sentences with the acts that must be found in each, and how it is checked.
#pragma once
#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "user/reader.h"

namespace sosia::user {

struct Expected {
    const char* text;
    const char* acts;         // must be found
    const char* absent = "";  // must not be found
};

inline std::vector<std::string> names_of(std::string_view list) {
    std::vector<std::string> out;
    for (const std::string_view name : split(list, ' ')) {
        if (!name.empty()) {
            out.emplace_back(name);
        }
    }
    return out;
}

// "ask-fact:email" is an act with its fact.
inline bool found(const Reading& reading, const std::string& name) {
    const std::size_t colon = name.find(':');
    if (colon != std::string::npos) {
        return reading.asks_for(name.substr(colon + 1));
    }
    return reading.has(parse_act(name).value());
}

inline std::string acts_of(const Reading& reading) {
    std::string out;
    for (const ReadAct& act : reading.acts) {
        out += std::string(to_string(act.act)) + (act.fact.empty() ? "" : ":" + act.fact) + " ";
    }
    return out;
}

inline void check(std::span<const Expected> table, std::string_view language) {
    static const Reader reader = Reader::create().value();
    const std::array<FactQuery, 8> queries = {{{"order_id", {"order number", "order id"}},
                                               {"email", {"email", "e-mail address"}},
                                               {"card", {"card number"}},
                                               {"birth_date", {"date of birth"}},
                                               {"charged", {"charge date", "date of the charge"}},
                                               {"phone", {"phone number"}},
                                               {"name", {"full name"}},
                                               {"booking", {"booking reference", "confirmation number"}}}};
    const FactIndex facts{queries};
    for (const Expected& e : table) {
        const Reading reading = reader.read(e.text, facts, language);
        for (const std::string& name : names_of(e.acts)) {
            EXPECT_TRUE(found(reading, name))
                << "missing " << name << ": " << e.text << "\n  read: " << acts_of(reading);
        }
        for (const std::string& name : names_of(e.absent)) {
            EXPECT_FALSE(found(reading, name))
                << "wrong " << name << ": " << e.text << "\n  read: " << acts_of(reading);
        }
    }
}

}  // namespace sosia::user
