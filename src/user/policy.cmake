set(POLICY_SOURCES goal.cpp goal_question.cpp ledger.cpp mood.cpp conditions.cpp observe.cpp answer.cpp decide.cpp moves.cpp options.cpp builtin_user.cpp)
