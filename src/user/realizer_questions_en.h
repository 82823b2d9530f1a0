// English questions: word order, do-support and agreement. Private to the realizer.
#pragma once
#include <string>
#include <string_view>

#include "user/realizer_questions.h"

namespace sosia::user::wording {

Asked english_question(std::string_view intent);

}  // namespace sosia::user::wording
