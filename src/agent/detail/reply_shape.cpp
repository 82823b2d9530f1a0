#include "agent/detail/reply_shape.h"

#include <boost/json/value.hpp>

namespace sosia::agent::detail {

ReplyShape reply_shape(Args& args) {
    ReplyShape shape;
    const boost::json::value* reply = args.value("reply");
    if (reply == nullptr || !reply->is_object()) {
        shape.text = args.pointer("reply");
        return shape;
    }
    const auto& own = reply->get_object();
    shape.text = args.take(pointer_arg(own, "message"));
    for (const auto& [key, target] :
         {std::pair{"tools", &shape.tools}, {"ended", &shape.ended}, {"metadata", &shape.metadata}}) {
        *target = args.take(pointer_arg(own, key));
    }
    return shape;
}

}  // namespace sosia::agent::detail
