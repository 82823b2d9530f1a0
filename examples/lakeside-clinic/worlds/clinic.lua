-- What the clinic's systems do where a declared tool is not enough (clinic.yaml).

function find_patient(who)
    for _, id in ipairs(world.ids("patients", { born = who.date_of_birth })) do
        local patient = world.get("patients", id)
        local same
        if who.patient_id then
            same = patient.id == who.patient_id
        else
            same = who.name ~= nil and string.lower(patient.name) == string.lower(who.name)
        end
        if same then
            return object("found", true, "id", patient.id, "name", patient.name)
        end
    end
    return object("found", false)
end

function quote_price(asked)
    local prices = world.get("prices", "today")
    local quote = object("service", asked.service, "price", prices[asked.service] or null)
    if type(asked.insurer) == "string" then
        quote.insurer = asked.insurer
        quote.you_pay = null
        for _, insurer in ipairs(prices.contracts) do
            if insurer == asked.insurer then
                quote.you_pay = prices.copay
            end
        end
    end
    return quote
end

-- The free slot, which is free no longer.
local function take(asked)
    local slot = world.get("slots", asked.slot) or fail("slot " .. asked.slot .. " is not free")
    if slot.date ~= asked.date or slot.time ~= asked.time then
        fail("slot " .. asked.slot .. " is on " .. slot.date .. " at " .. slot.time)
    end
    world.delete("slots", asked.slot)
    return slot
end

function book_slot(asked)
    local slot = take(asked)
    local id = "BK-" .. string.sub(slot.id, -3)
    world.put("bookings", id, object("id", id, "slot", slot.id, "date", slot.date, "time", slot.time, "patient", asked.patient_id))
    return object("booking", id, "date", slot.date, "time", slot.time)
end

function move_booking(asked)
    local booking = world.get("bookings", asked.booking) or fail("there is no booking " .. asked.booking)
    local slot = take(asked)
    if booking.slot then
        world.put("slots", booking.slot, object("id", booking.slot, "date", booking.date, "time", booking.time))
    end
    booking.slot, booking.date, booking.time = slot.id, slot.date, slot.time
    world.put("bookings", asked.booking, booking)
    return object("booking", asked.booking, "date", slot.date, "time", slot.time)
end
