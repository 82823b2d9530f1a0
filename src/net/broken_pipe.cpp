#include "net/broken_pipe.h"

#include <csignal>

namespace sosia::net {

void ignore_broken_pipes() {
    std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace sosia::net
