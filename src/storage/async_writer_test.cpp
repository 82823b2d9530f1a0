#include "storage/async_writer.h"

#include <gtest/gtest.h>
