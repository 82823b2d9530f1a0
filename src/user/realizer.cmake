set(REALIZER_SOURCES realizer.cpp realizer_acts.cpp realizer_bank.cpp realizer_choice.cpp realizer_draft.cpp realizer_english.cpp realizer_goal.cpp
  realizer_extras.cpp realizer_phrase.cpp realizer_questions.cpp realizer_questions_en.cpp surface.cpp surface_habits.cpp)
set(REALIZER_TESTS realizer_test.cpp realizer_bank_test.cpp realizer_questions_test.cpp realizer_realism_test.cpp surface_test.cpp)
