// What the realizer knows of English grammar: verbs, agreement, and who "the customer" is.
#pragma once
#include <string>
#include <string_view>

namespace sosia::user::wording {

bool is_question_word(std::string_view word);      // how, what, when ...
bool is_auxiliary(std::string_view word);          // is, will, can ...
bool is_base_verb(std::string_view word);          // take, refund, reschedule ...: a few hundred that users need
bool is_third_person_verb(std::string_view word);  // takes, refunds ...
std::string base_form(std::string_view verb);      // "takes" -> "take", "applies" -> "apply", "has" -> "have"

// Authors write about their personas in the third person: "her bill" -> "my bill", "whether she needs it" -> "whether I
// need it".
std::string in_first_person(std::string_view text);

// "The customer was charged twice and wants a refund" -> "I was charged twice and want a refund". Others unchanged.
std::string as_told_by_the_user(std::string_view text);

// A rough guess, for personas that speak another language in a suite written in English.
bool looks_english(std::string_view text);

}  // namespace sosia::user::wording
