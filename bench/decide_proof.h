// What the gate makes of bugs that show only sometimes: the tables of docs/gate.md.
#pragma once
#include <string>

namespace sosia::bench {

// `folder` holds baselines recorded by bench/planted.py: EXAMPLE.none.json and EXAMPLE.BUG.json. A conversation shows a
// bug with a chance, each for itself: then it ends as it ended with the bug always on, otherwise as without one. What
// is asked is the program's own compare() and SequentialGate. `rounds` pairs of runs for each figure, seeded.
int print_proof(const std::string& folder, int rounds);

}  // namespace sosia::bench
