set(REALIZER_SOURCES realizer.cpp realizer_acts.cpp realizer_bank.cpp realizer_choice.cpp realizer_draft.cpp realizer_goal.cpp
  realizer_extras.cpp realizer_questions.cpp realizer_questions_en.cpp surface.cpp surface_habits.cpp)
