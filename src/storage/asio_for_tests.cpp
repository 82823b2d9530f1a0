// Asio's own functions, compiled once. The product gets them from net/, which storage does not use.
#include <boost/asio/impl/src.hpp>
