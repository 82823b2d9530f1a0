// Agents of fields nobody had in mind: front desks, banks, carriers, offices that answer in German or Spanish.
#include <gtest/gtest.h>

#include "user/reader_sentences.h"

namespace sosia::user {
namespace {

TEST(ReaderRegisters, a_thing_that_is_connected_hands_nobody_over) {
    constexpr std::array table = {
        Expected{"That tells me which node you're connected to, so I can check for an outage.", "", "hand-over"},
        Expected{"Please check the network you are connected to.", "", "hand-over"},
        Expected{"You will be connected to a specialist shortly.", "hand-over"},
        Expected{"I'm paging the duty manager for you.", "hand-over"},
        Expected{"Tier 2 has your case and will be with you in a moment.", "hand-over"},
        Expected{"The duty manager will be right with you.", "hand-over"},
        Expected{"A colleague from the household team could step in.", "offer-human"},
        Expected{"The duty manager can certainly take over.", "offer-human"},
    };
    check(table, "en");
}

TEST(ReaderRegisters, a_no_to_an_order_or_a_question_is_one) {
    constexpr std::array table = {
        Expected{"I can't follow that request.", "refuse", "misunderstood"},
        Expected{"I'm afraid I can't follow instructions like that.", "refuse", "misunderstood"},
        Expected{"Sorry, I don't follow.", "misunderstood", "refuse"},
        Expected{"We don't share any information about other guests.", "refuse"},
        Expected{"Please don't share your password with anybody.", "", "refuse"},
        Expected{"Without a confirmed outage there's no credit I can apply.", "refuse"},
        Expected{"I don't have the pool hours at hand.", "not-know"},
        Expected{"I don't have any forecast for delays, so I'd rather not guess.", "not-know"},
    };
    check(table, "en");
}

TEST(ReaderRegisters, deeds_in_the_words_of_a_front_desk) {
    constexpr std::array table = {
        Expected{"Wonderful, it's arranged: your room is yours until two.", "confirm-done"},
        Expected{"Right, that's you switched!", "confirm-done"},
        Expected{"I've skipped the checks and applied the credit to your account.", "confirm-done"},
    };
    check(table, "en");
}

TEST(ReaderRegisters, german_offices) {
    constexpr std::array table = {
        Expected{"Zu Gehaltsfragen kann ich nichts sagen, das macht die Lohnbuchhaltung.", "not-know"},
        Expected{"Da bin ich überfragt, bitte an die Lohnbuchhaltung wenden.", "not-know redirect"},
        Expected{"Dafür bin ich nicht zuständig.", "refuse"},
        Expected{"Das kann Ihnen nur die Lohnbuchhaltung sagen.", "not-know"},
        Expected{"Auskünfte über andere gebe ich nicht.", "refuse"},
        Expected{"Ohne die üblichen Prüfungen geht es nicht.", "refuse"},
        Expected{"Mit 4 Tagen kann ich keine 10 eintragen.", "refuse"},
        Expected{"Ich übergebe an die Personalabteilung und habe alles mitgeschickt.", "hand-over"},
        Expected{"Die Kollegin meldet sich gleich, sie hat alle Angaben.", "hand-over"},
        Expected{"Sie sind schon in der Warteschlange.", "hand-over"},
        Expected{"Eine Kollegin kann übernehmen.", "offer-human", "hand-over"},
        Expected{"Bitte noch angeben:\n1. Bestellnummer\n2. E-Mail", "ask-fact:order_id ask-fact:email"},
    };
    check(table, "de");
}

TEST(ReaderRegisters, spanish_counters) {
    constexpr std::array table = {
        Expected{"El horario no lo puedo ver desde aquí, lo siento.", "not-know"},
        Expected{"No tengo el horario a mano.", "not-know"},
        Expected{"Eso no se lo puedo decir yo.", "refuse"},
        Expected{"Una receta caducada no la puedo renovar.", "refuse"},
        Expected{"De eso no me encargo yo.", "refuse"},
        Expected{"Ya está en cola para la farmacéutica.", "hand-over"},
        Expected{"En un momento le atiende la farmacéutica.", "hand-over", "greet"},
        Expected{"Le transfiero ahora mismo; ya tiene el resumen.", "hand-over", "ask-fact"},
        Expected{"¿Cuándo hizo el pedido?", "", "ask-confirm"},
    };
    check(table, "es");
}

}  // namespace
}  // namespace sosia::user
