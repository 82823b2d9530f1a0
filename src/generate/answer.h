// A model's answer as entries with numbers. Nothing a model writes is trusted: what is no JSON, has no list, or answers
// what was not asked for is a sentence for the next attempt.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <expected>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "generate/slots.h"

namespace sosia::generate {

// The entries of `list` ("personas") by slot; those of slots that were not asked for are left out, and of two for one
// slot the first counts. Otherwise one sentence.
std::expected<std::map<int, boost::json::object>, std::string> entries_of(std::string_view answer,
                                                                          std::string_view list,
                                                                          std::span<const Slot> asked);

// Members of an entry, made harmless; "" or empty when they are missing or of another type.
std::string text_at(const boost::json::object& entry, std::string_view name, std::size_t most_bytes = 600);
std::vector<std::string> texts_at(const boost::json::object& entry, std::string_view name, std::size_t most = 12);
std::vector<boost::json::object> objects_at(const boost::json::object& entry, std::string_view name,
                                            std::size_t most = 24);
int number_at(const boost::json::object& entry, std::string_view name);
bool flag_at(const boost::json::object& entry, std::string_view name, bool otherwise);

}  // namespace sosia::generate
