// Members of a stored record. Private to the room.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "domain/conversation.h"
#include "domain/json_text.h"

namespace sosia {

// Reading: absent keys keep their defaults, wrong types are an error (thrown inside, an Error outside).
inline void read(const boost::json::object& o, const char* key, std::string& into) {
    if (const boost::json::value* v = o.if_contains(key)) {
        into = std::string(v->as_string());
    }
}
template <class Number>
    requires std::is_arithmetic_v<Number>
void read(const boost::json::object& o, const char* key, Number& into) {
    if (const boost::json::value* v = o.if_contains(key)) {
        if constexpr (std::is_same_v<Number, bool>) {
            into = v->as_bool();
        } else {
            into = v->to_number<Number>();
        }
    }
}
inline void read(const boost::json::object& o, const char* key, std::vector<std::string>& into) {
    if (const boost::json::value* v = o.if_contains(key)) {
        for (const boost::json::value& item : v->as_array()) {
            into.emplace_back(item.as_string());
        }
    }
}

// What only conversations with a model in them have (record_models.cpp); others do not grow by it.
void append_models(JsonObject& o, const Conversation& c);
void read_models(const boost::json::object& o, Conversation& c);
void append_reading(JsonObject& o, const Turn& turn);
void read_reading(const boost::json::object& o, Turn& turn);

}  // namespace sosia
