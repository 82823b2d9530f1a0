set(POLICY_SOURCES goal.cpp goal_question.cpp ledger.cpp mood.cpp conditions.cpp observe.cpp decide.cpp moves.cpp options.cpp builtin_user.cpp free_play.cpp guards.cpp language.cpp wording_task.cpp)
