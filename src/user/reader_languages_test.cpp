// The same for Spanish and German, which cover what the examples need.
#include <gtest/gtest.h>

#include "user/reader_sentences.h"

namespace sosia::user {
namespace {

TEST(ReaderSentences, spanish) {
    constexpr std::array table = {
        Expected{"¡Hola! Bienvenido a la Clínica del Lago. ¿En qué puedo ayudarle?", "greet ask-intent"},
        Expected{"¿Me puede dar su número de pedido, por favor?", "ask-fact:order_id"},
        Expected{"¿Cuál es su correo electrónico?", "ask-fact:email"},
        Expected{"Necesito su nombre completo y fecha de nacimiento.", "ask-fact:name ask-fact:birth_date"},
        Expected{"He reembolsado los 49,00 € a su tarjeta.", "confirm-done", "ask-fact"},
        Expected{"Su cita ha sido confirmada para el martes.", "confirm-done"},
        Expected{"Todavía no he emitido el reembolso.", "", "confirm-done"},
        Expected{"Lamentablemente no podemos hacer reembolsos después de 14 días.", "refuse"},
        Expected{"Entiendo lo frustrante que es esta situación.", "empathise", "apologise"},
        Expected{"Lo siento mucho por las molestias.", "apologise", "empathise"},
        Expected{"Le paso con un compañero ahora mismo.", "hand-over", "offer-human"},
        Expected{"¿Quiere hablar con un agente?", "offer-human", "hand-over"},
        Expected{"¿Puedo ayudarle en algo más?", "ask-more", "ask-intent"},
        Expected{"Un momento, por favor.", "hold"},
        Expected{"No encuentro su pedido.", "not-know", "refuse"},
        Expected{"Puedo cancelarlo si lo desea.", "offer", "confirm-done"},
        Expected{"Voy a procesar el reembolso ahora.", "promise", "confirm-done"},
        Expected{"No he entendido, ¿puede repetir?", "misunderstood"},
        Expected{"Que tenga un buen día.", "close"},
        Expected{"Llame al 900 123 456.", "redirect"},
        Expected{"Si me da su número de pedido puedo comprobarlo.", "ask-fact:order_id"},
        Expected{"Cálmese, ya se lo he dicho.", "hostile"},
        Expected{"No comparta su número de tarjeta.", "", "ask-fact refuse"},
    };
    check(table, "es");
}

TEST(ReaderSentences, german) {
    constexpr std::array table = {
        Expected{"Guten Tag! Wie kann ich Ihnen helfen?", "greet ask-intent", "close"},
        Expected{"Könnten Sie mir bitte Ihre Bestellnummer nennen?", "ask-fact:order_id"},
        Expected{"Wie lautet Ihre E-Mail-Adresse?", "ask-fact:email"},
        Expected{"Ich benötige noch Ihren vollständigen Namen und Ihr Geburtsdatum.",
                 "ask-fact:name ask-fact:birth_date"},
        Expected{"Ich habe die Erstattung von 49,00 € veranlasst.", "confirm-done"},
        Expected{"Ich habe die Erstattung noch nicht veranlasst.", "", "confirm-done"},
        Expected{"Sobald ich die Erstattung veranlasst habe, erhalten Sie eine E-Mail.", "", "confirm-done"},
        Expected{"Leider kann ich das nicht erstatten.", "refuse"},
        Expected{"Das ist leider nicht möglich.", "refuse"},
        Expected{"Ich verstehe, wie frustrierend das ist.", "empathise", "apologise"},
        Expected{"Es tut mir leid für die Unannehmlichkeiten.", "apologise"},
        Expected{"Ich verbinde Sie mit einem Kollegen.", "hand-over", "offer-human"},
        Expected{"Möchten Sie mit einem Mitarbeiter sprechen?", "offer-human", "hand-over"},
        Expected{"Kann ich sonst noch etwas für Sie tun?", "ask-more", "ask-intent"},
        Expected{"Einen Moment bitte.", "hold"},
        Expected{"Ich konnte Ihre Bestellung nicht finden.", "not-know", "refuse confirm-done"},
        Expected{"Ich kann das gerne für Sie stornieren.", "offer", "confirm-done"},
        Expected{"Ich werde die Erstattung jetzt veranlassen.", "promise", "confirm-done"},
        Expected{"Das habe ich leider nicht verstanden.", "misunderstood", "refuse"},
        Expected{"Schönen Tag noch!", "close"},
        Expected{"Bitte rufen Sie uns unter 0800 123 4567 an.", "redirect"},
        Expected{"Wenn Sie mir Ihre Bestellnummer nennen, kann ich nachsehen.", "ask-fact:order_id offer"},
        Expected{"Beruhigen Sie sich, das habe ich Ihnen schon gesagt.", "hostile"},
        Expected{"Teilen Sie niemals Ihre Kartennummer.", "", "ask-fact"},
    };
    check(table, "de");
}

}  // namespace
}  // namespace sosia::user
