-- The fourteen tools of an airline's desk. What a tool refuses it says by refuse(), in the words agents of this desk
-- know: "Error: ...". Nothing is changed by a tool that refuses.

local function refuse(words, ...)
    fail("Error: " .. string.format(words, ...))
end

local airports = object(
    "SFO", "San Francisco", "JFK", "New York", "LAX", "Los Angeles", "ORD", "Chicago", "DFW", "Dallas",
    "DEN", "Denver", "SEA", "Seattle", "ATL", "Atlanta", "MIA", "Miami", "BOS", "Boston", "PHX", "Phoenix",
    "IAH", "Houston", "LAS", "Las Vegas", "MCO", "Orlando", "EWR", "Newark", "CLT", "Charlotte",
    "MSP", "Minneapolis", "DTW", "Detroit", "PHL", "Philadelphia", "LGA", "LaGuardia")


---- reading

function get_user_details(args)
    return world.get("users", args.user_id) or refuse("user not found")
end

function get_reservation_details(args)
    return world.get("reservations", args.reservation_id) or refuse("user not found")
end

function list_all_airports()
    return airports
end

function think()
    return ""
end

function transfer_to_human_agents()
    return "Transfer successful"
end

-- The flight without its dates, with what holds on one of them.
local function on_date(flight, day, shown)
    local out = object()
    for key, value in pairs(flight) do
        if key ~= "dates" then
            out[key] = value
        end
    end
    for key, value in pairs(day) do
        out[key] = value
    end
    if shown then
        out.date = shown
    end
    return out
end

local function is_available(day)
    return day ~= nil and day.status == "available"
end

function search_direct_flight(args)
    local found = array()
    for _, flight in ipairs(world.find("flights", { origin = args.origin, destination = args.destination })) do
        local day = flight.dates[args.date]
        if is_available(day) then
            found[#found + 1] = on_date(flight, day)
        end
    end
    return found
end

-- A second leg after a first that arrives the next day leaves a day later.
local function date_of_second(first, date)
    if string.find(first.scheduled_arrival_time_est, "+1", 1, true) then
        return "2024-05-" .. math.tointeger(tonumber(string.sub(date, -2)) + 1)
    end
    return date
end

function search_onestop_flight(args)
    local found = array()
    local seconds = world.find("flights", { destination = args.destination })
    for _, first in ipairs(world.find("flights", { origin = args.origin })) do
        for _, second in ipairs(seconds) do
            local meets = first.destination == second.origin
                and first.scheduled_arrival_time_est <= second.scheduled_departure_time_est
            local date = meets and date_of_second(first, args.date)
            if meets and is_available(first.dates[args.date]) and is_available(second.dates[date]) then
                -- What is shown of the second leg is its first date: the desk has always done so.
                local day = second.dates[args.date] or refuse("'%s'", args.date)
                found[#found + 1] = array(on_date(first, first.dates[args.date], args.date), on_date(second, day, date))
            end
        end
    end
    return found
end

---- arithmetic

-- Sums, products and powers by recursive descent, in floating point.
local function evaluate(text)
    local at = 1
    local sum

    local function wrong()
        refuse("invalid syntax (<string>, line 1)")
    end

    local function take(pattern)
        local token = string.match(text, "^ *(" .. pattern .. ")", at)
        if token then
            at = string.find(text, token, at, true) + #token
        end
        return token
    end

    local function atom()
        if take("%(") then
            local value = sum()
            return take("%)") and value or wrong()
        end
        return tonumber(take("[0-9.]+") or wrong()) or wrong()
    end

    local function factor()
        if take("%-") then
            return -factor()
        end
        if take("%+") then
            return factor()
        end
        local base = atom()
        return take("%*%*") and base ^ factor() or base
    end

    local function divided(value, by, whole)
        if by == 0 then
            refuse(whole and "integer division or modulo by zero" or "division by zero")
        end
        return whole and value // by or value / by
    end

    local function product()
        local value = factor()
        while true do
            if take("//") then
                value = divided(value, factor(), true)
            elseif take("/") then
                value = divided(value, factor(), false)
            elseif take("%*") then
                value = value * factor()
            else
                return value
            end
        end
    end

    function sum()
        local value = product()
        while true do
            if take("%+") then
                value = value + product()
            elseif take("%-") then
                value = value - product()
            else
                return value
            end
        end
    end

    local value = sum()
    return take("[^ ].*") and wrong() or value
end

function calculate(args)
    if string.find(args.expression, "[^0-9+%-*/(). ]") then
        refuse("invalid characters in expression")
    end
    local text = string.format("%.2f", evaluate(args.expression))
    return (string.gsub(text, "0$", ""))
end

---- bookings

local function user_of(id)
    return world.get("users", id) or refuse("user not found")
end

-- Adds the price and the places to a wanted flight, once there is room on it.
local function priced(wanted, cabin, passengers)
    local number, date = wanted.flight_number, wanted.date
    local flight = world.get("flights", number) or refuse("flight %s not found", number)
    local day = flight.dates[date] or refuse("flight %s not found on date %s", number, date)
    if day.status ~= "available" then
        refuse("flight %s not available on date %s", number, date)
    end
    if day.available_seats[cabin] < passengers then
        refuse("not enough seats on flight %s", number)
    end
    wanted.price = day.prices[cabin]
    wanted.origin = flight.origin
    wanted.destination = flight.destination
    return wanted
end

local function free_id()
    for _, id in ipairs({ "HATHAT", "HATHAU" }) do
        if not world.exists("reservations", id) then
            return id
        end
    end
    return "HATHAV"
end

-- Every method must be the user's and hold enough; together they pay exactly the total.
local function check_payments(user, payments, total)
    local paid = 0
    for _, payment in ipairs(payments) do
        local method = user.payment_methods[payment.payment_id]
            or refuse("payment method %s not found", payment.payment_id)
        local limited = method.source == "gift_card" or method.source == "certificate"
        if limited and method.amount < payment.amount then
            refuse("not enough balance in payment method %s", payment.payment_id)
        end
        paid = paid + payment.amount
    end
    if paid ~= total then
        refuse("payment amount does not add up, total price is %s, but paid %s", tostring(total), tostring(paid))
    end
end

local function take_payments(user, payments)
    for _, payment in ipairs(payments) do
        local method = user.payment_methods[payment.payment_id]
        if method.source == "gift_card" then
            method.amount = method.amount - payment.amount
        elseif method.source == "certificate" then
            user.payment_methods[payment.payment_id] = nil
        end
    end
end

function book_reservation(args)
    local user = user_of(args.user_id)
    local id = free_id()
    local total = 0
    for _, flight in ipairs(args.flights) do
        total = total + priced(flight, args.cabin, #args.passengers).price * #args.passengers
    end
    if args.insurance == "yes" then
        total = total + 30 * #args.passengers
    end
    total = total + 50 * args.nonfree_baggages
    check_payments(user, args.payment_methods, total)
    take_payments(user, args.payment_methods)
    local reservation = object(
        "reservation_id", id, "user_id", args.user_id, "origin", args.origin, "destination", args.destination,
        "flight_type", args.flight_type, "cabin", args.cabin, "flights", args.flights, "passengers", args.passengers,
        "payment_history", args.payment_methods, "created_at", "2024-05-15T15:00:00",
        "total_baggages", args.total_baggages, "nonfree_baggages", args.nonfree_baggages, "insurance", args.insurance)
    table.insert(user.reservations, id)
    world.put("users", args.user_id, user)
    world.put("reservations", id, reservation)
    return reservation
end

function cancel_reservation(args)
    local reservation = world.get("reservations", args.reservation_id) or refuse("reservation not found")
    local history = reservation.payment_history
    for i = 1, #history do
        history[#history + 1] = object("payment_id", history[i].payment_id, "amount", -history[i].amount)
    end
    reservation.status = "cancelled"
    world.put("reservations", args.reservation_id, reservation)
    return reservation
end

---- changes

-- Charges the cost of a change: what is left of a gift card goes down, other cards are only written down.
local function charge(reservation, payment_id, cost)
    local user = world.get("users", reservation.user_id)
    local method = user.payment_methods[payment_id] or refuse("payment method not found")
    if method.source == "certificate" then
        refuse("certificate cannot be used to update reservation")
    end
    if method.source == "gift_card" then
        if method.amount < cost then
            refuse("gift card balance is not enough")
        end
        method.amount = method.amount - cost
        world.put("users", reservation.user_id, user)
    end
    if cost ~= 0 then
        table.insert(reservation.payment_history, object("payment_id", payment_id, "amount", cost))
    end
end

local function kept_flight(reservation, wanted, cabin)
    for _, flight in ipairs(reservation.flights) do
        if cabin == reservation.cabin and flight.flight_number == wanted.flight_number and flight.date == wanted.date then
            return flight
        end
    end
end

local function sum_of_prices(flights, passengers)
    local sum = 0
    for _, flight in ipairs(flights) do
        sum = sum + flight.price
    end
    return sum * passengers
end

function update_reservation_flights(args)
    local reservation = world.get("reservations", args.reservation_id) or refuse("reservation not found")
    local passengers = #reservation.passengers
    for _, wanted in ipairs(args.flights) do
        local kept = kept_flight(reservation, wanted, args.cabin)
        if kept then
            wanted.price = kept.price
            wanted.origin = kept.origin
            wanted.destination = kept.destination
        else
            priced(wanted, args.cabin, passengers)
        end
    end
    charge(reservation, args.payment_id,
        sum_of_prices(args.flights, passengers) - sum_of_prices(reservation.flights, passengers))
    reservation.flights = args.flights
    world.put("reservations", args.reservation_id, reservation)
    return reservation
end

function update_reservation_baggages(args)
    local reservation = world.get("reservations", args.reservation_id) or refuse("reservation not found")
    charge(reservation, args.payment_id, 50 * math.max(0, args.nonfree_baggages - reservation.nonfree_baggages))
    reservation.total_baggages = args.total_baggages
    reservation.nonfree_baggages = args.nonfree_baggages
    world.put("reservations", args.reservation_id, reservation)
    return reservation
end

function update_reservation_passengers(args)
    local reservation = world.get("reservations", args.reservation_id) or refuse("reservation not found")
    if #args.passengers ~= #reservation.passengers then
        refuse("number of passengers does not match")
    end
    reservation.passengers = args.passengers
    world.put("reservations", args.reservation_id, reservation)
    return reservation
end

function send_certificate(args)
    local user = user_of(args.user_id)
    for _, number in ipairs({ 3221322, 3221323, 3221324 }) do
        local id = "certificate_" .. number
        if not user.payment_methods[id] then
            user.payment_methods[id] = object("source", "certificate", "amount", args.amount, "id", id)
            world.put("users", args.user_id, user)
            return string.format("Certificate %s added to user %s with amount %s.", id, args.user_id, tostring(args.amount))
        end
    end
    return null
end
