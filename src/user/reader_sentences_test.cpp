// What the English rules promise, sentence by sentence, in many registers. (The independent measure is
// reader_labelled_test.cpp.)
#include <gtest/gtest.h>

#include "user/reader_sentences.h"

namespace sosia::user {
namespace {

TEST(ReaderSentences, requests_for_facts) {
    constexpr std::array table = {
        Expected{"So that I can pull up your booking, what's your confirmation number?", "ask-fact:booking",
                 "confirm-done"},
        Expected{"Sure thing! What is the email address on file?", "ask-fact:email", "ask-confirm"},
        Expected{"Which email did you use to sign up?", "ask-fact:email"},
        Expected{"Could I trouble you for your date of birth?", "ask-fact:birth_date"},
        Expected{"For security purposes, please verify your full name and date of birth.",
                 "ask-fact:name ask-fact:birth_date"},
        Expected{"Let me know your order number and I'll take a look.", "ask-fact:order_id", "hold"},
        Expected{"To locate your reservation I just need your confirmation number or the email you booked with.",
                 "ask-fact:booking ask-fact:email"},
        Expected{"Do you have your order number handy?", "ask-fact:order_id", "ask-confirm"},
        Expected{"order number pls", "ask-fact:order_id"},
        Expected{"And your email?", "ask-fact:email"},
        Expected{"Your full name and date of birth, please.", "ask-fact:name ask-fact:birth_date"},
        Expected{"Can you tell me when you were charged?", "ask-fact:charged"},
        Expected{"Would you mind sharing the phone number linked to your account?", "ask-fact:phone"},
        Expected{"Before we continue, I'll need to verify your date of birth.", "ask-fact:birth_date"},
        Expected{"I require your card number to proceed.", "ask-fact:card"},
        Expected{"Enter your order number below.", "ask-fact:order_id"},
        Expected{"Your order number is required to process the request.", "ask-fact:order_id"},
        Expected{"An order number would help.", "ask-fact:order_id"},
        Expected{"1. Please tell me your full name.\n2. Please tell me your date of birth.",
                 "ask-fact:name ask-fact:birth_date"},
        Expected{"To get started, could you share:\n\n1. **Order number**\n2. **Email** used at checkout",
                 "ask-fact:order_id ask-fact:email"},
        Expected{"Who am I speaking with?", "ask-fact:name"},
        Expected{"What email address should I send the receipt to?", "ask-fact:email"},
        Expected{"I'm just missing your phone number.", "ask-fact:phone"},
        Expected{"Happy to check! Just send over your order number 😊", "ask-fact:order_id"},
        Expected{"Please reply with your booking reference.", "ask-fact:booking"},
        Expected{"Can you confirm the email address for me?", "ask-fact:email"},
        Expected{"we need ur order id and email", "ask-fact:order_id ask-fact:email"},
        Expected{"Once you share your order number, I'll check the status.", "ask-fact:order_id"},
        Expected{"In order to assist you, kindly furnish your booking reference.", "ask-fact:booking"},
        Expected{"Is there a phone number I can reach you on?", "ask-fact:phone"},
    };
    check(table, "en");
}

TEST(ReaderSentences, mentions_of_facts) {
    constexpr std::array table = {
        Expected{"We have your email on file.", "", "ask-fact"},
        Expected{"You can find your order number in the confirmation email.", "", "ask-fact"},
        Expected{"Thanks for sharing your order number.", "thank", "ask-fact"},
        Expected{"Thank you, I have your order number now.", "thank", "ask-fact"},
        Expected{"I'll never ask for your card number.", "", "ask-fact"},
        Expected{"We will send the receipt to your email address.", "promise", "ask-fact"},
        Expected{"I can see the order number A-10023 on your account.", "", "ask-fact"},
        Expected{"You don't have to give me your phone number.", "", "ask-fact"},
        Expected{"I've updated your email address.", "confirm-done", "ask-fact"},
        Expected{"Just to confirm, your booking reference is X7K2P9?", "ask-confirm", "ask-fact"},
        Expected{"For your safety, do not post your card number in this chat.", "", "ask-fact"},
        Expected{"Got it, your date of birth matches our records.", "", "ask-fact"},
        Expected{"Your order number has been verified.", "", "ask-fact"},
        Expected{"Would you like the receipt sent to your email?", "", "ask-fact"},
        Expected{"Did you receive the message we sent to your phone number?", "ask-confirm", "ask-fact"},
    };
    check(table, "en");
}

TEST(ReaderSentences, deeds_promises_offers) {
    constexpr std::array table = {
        Expected{"Good news: your refund of $49.00 went through.", "confirm-done"},
        Expected{"All done! Your password has been reset.", "confirm-done"},
        Expected{"Done.", "confirm-done"},
        Expected{"Your flight has been changed to Tuesday.", "confirm-done"},
        Expected{"I went ahead and cancelled the subscription for you.", "confirm-done"},
        Expected{"You're all set for Thursday at 3pm.", "confirm-done"},
        Expected{"The duplicate charge was reversed this morning.", "confirm-done"},
        Expected{"Refund issued.", "confirm-done"},
        Expected{"We've credited 12 euros to your account.", "confirm-done"},
        Expected{"I have now submitted your claim.", "confirm-done"},
        Expected{"That's been taken care of.", "confirm-done"},
        Expected{"Your reservation is confirmed.", "confirm-done"},
        Expected{"As soon as the refund has been processed, we'll email you.", "promise", "confirm-done"},
        Expected{"After I cancel the order, you'll receive a confirmation.", "promise", "confirm-done"},
        Expected{"The refund hasn't been processed yet.", "", "confirm-done"},
        Expected{"I was unable to cancel the order.", "refuse", "confirm-done"},
        Expected{"If I had issued the refund, you would see it.", "", "confirm-done"},
        Expected{"Items that have been opened cannot be returned.", "refuse", "confirm-done"},
        Expected{"You mentioned that your card was charged twice.", "", "confirm-done"},
        Expected{"Has your order been cancelled?", "ask-confirm", "confirm-done"},
        Expected{"I'm going to issue the refund right away.", "promise", "confirm-done"},
        Expected{"I'm processing your refund now.", "promise", "confirm-done"},
        Expected{"Your replacement will ship tomorrow.", "promise", "confirm-done"},
        Expected{"You'll get a confirmation email shortly.", "promise", "confirm-done"},
        Expected{"We can rebook you on the next flight.", "offer", "confirm-done promise"},
        Expected{"Would you like me to cancel it?", "offer", "confirm-done promise"},
        Expected{"I could offer you a 10% discount.", "offer", "promise"},
        Expected{"How about a voucher instead?", "offer"},
        Expected{"Do you want me to book that slot?", "offer", "confirm-done"},
        Expected{"We'd be willing to waive the fee.", "offer", "confirm-done"},
        Expected{"I should have refunded this earlier.", "", "confirm-done"},
        Expected{"Shall I proceed with the cancellation?", "ask-confirm"},
        Expected{"Are you sure you want to delete your account?", "ask-confirm"},
        Expected{"Does Tuesday at 9:40 work for you?", "ask-confirm"},
        Expected{"Your ticket is being processed.", "promise", "confirm-done"},
        Expected{"I will have it fixed by Friday.", "promise", "confirm-done"},
        Expected{"Refunds are issued to the original payment method.", "inform", "confirm-done"},
    };
    check(table, "en");
}

TEST(ReaderSentences, refusals) {
    constexpr std::array table = {
        Expected{"I'm afraid I can't do that.", "refuse"},
        Expected{"Unfortunately we are unable to process refunds after 30 days.", "refuse"},
        Expected{"That falls outside our return window.", "refuse"},
        Expected{"All sales are final.", "refuse"},
        Expected{"No refunds.", "refuse"},
        Expected{"We don't offer refunds on digital goods.", "refuse"},
        Expected{"I won't be able to share that information.", "refuse"},
        Expected{"Your request has been declined.", "refuse", "confirm-done"},
        Expected{"This fare is non-refundable.", "refuse"},
        Expected{"The cancellation period has expired.", "refuse"},
        Expected{"There's nothing more I can do.", "refuse", "offer"},
        Expected{"I must respectfully decline.", "refuse"},
        Expected{"Regrettably, your claim does not meet the criteria.", "refuse"},
        Expected{"I'm not authorized to waive that fee.", "refuse"},
        Expected{"For privacy reasons I can only discuss this with the account holder.", "refuse"},
        Expected{"That's not possible.", "refuse"},
        Expected{"You can't return opened items.", "refuse"},
        Expected{"I wish I could, but my hands are tied.", "refuse"},
        Expected{"We no longer accept returns on that product.", "refuse"},
        Expected{"Don't worry, you won't be charged.", "", "refuse"},
        Expected{"I can't find your order.", "not-know", "refuse"},
        Expected{"Don't hesitate to reach out.", "", "refuse"},
        Expected{"No problem!", "", "refuse"},
        Expected{"I couldn't agree more.", "", "refuse not-know"},
        Expected{"There is no fee for that.", "", "refuse"},
        Expected{"You do not need to do anything.", "", "refuse"},
    };
    check(table, "en");
}

TEST(ReaderSentences, persons) {
    constexpr std::array table = {
        Expected{"Let me connect you with a human agent.", "hand-over"},
        Expected{"I've escalated this to our billing team.", "hand-over"},
        Expected{"You will now be transferred to a live agent.", "hand-over"},
        Expected{"Transferring you now.", "hand-over"},
        Expected{"I'm handing you over to a supervisor.", "hand-over"},
        Expected{"Someone from our team will be in touch within one business day.", "hand-over"},
        Expected{"One of our specialists will call you back shortly.", "hand-over"},
        Expected{"Your case has been escalated to tier 2.", "hand-over"},
        Expected{"Please hold while I transfer you to an agent.", "hand-over hold"},
        Expected{"I can transfer you to an agent if you like.", "offer-human", "hand-over"},
        Expected{"Do you want to talk to a human?", "offer-human", "hand-over"},
        Expected{"If you'd prefer to speak with someone, just let me know.", "offer-human", "hand-over"},
        Expected{"Would you like me to escalate this to a manager?", "offer-human", "hand-over"},
        Expected{"Shall I put you through to a colleague?", "offer-human", "hand-over"},
        Expected{"I'm unable to transfer you to a supervisor.", "refuse", "hand-over offer-human"},
        Expected{"There's no one available to talk right now.", "", "hand-over offer-human"},
        Expected{"All of our representatives are currently helping other customers.", "", "hand-over offer-human"},
        Expected{"Our agents are trained to handle this.", "", "hand-over offer-human"},
        Expected{"I have transferred the funds to your account.", "", "hand-over"},
        Expected{"I'm a virtual assistant, not a human agent.", "", "hand-over offer-human"},
    };
    check(table, "en");
}

TEST(ReaderSentences, tone) {
    constexpr std::array table = {
        Expected{"I'm so sorry to hear that, that must be really frustrating.", "empathise"},
        Expected{"I hear you, and I'd feel the same way.", "empathise"},
        Expected{"That sounds stressful.", "empathise", "apologise"},
        Expected{"We apologize for any inconvenience.", "apologise"},
        Expected{"My apologies for the delay.", "apologise"},
        Expected{"I understand your concern.", "empathise"},
        Expected{"I understand that you want to cancel.", "", "empathise"},
        Expected{"Your frustration is completely understandable.", "empathise"},
        Expected{"Yay! 🎉 You did it!", "cheer"},
        Expected{"Woohoo, all booked!", "cheer"},
        Expected{"Super excited to help you today!", "cheer"},
        Expected{"I have found your order.", "", "cheer hostile"},
        Expected{"You should have read the terms.", "hostile"},
        Expected{"That's your problem, not ours.", "hostile"},
        Expected{"Stop wasting my time.", "hostile"},
        Expected{"Are you even listening?", "hostile"},
        Expected{"As I already said, it is not possible.", "hostile"},
        Expected{"As mentioned, refunds take 3-5 days.", "", "hostile"},
        Expected{"It is not your fault.", "", "hostile"},
        Expected{"Take your time.", "", "close hostile"},
        Expected{"Thanks so much for your patience!", "thank"},
        Expected{"I appreciate you bearing with me.", "thank"},
    };
    check(table, "en");
}

TEST(ReaderSentences, frame_of_the_talk) {
    constexpr std::array table = {
        Expected{"Good morning, thank you for calling Lakeside Clinic.", "greet thank"},
        Expected{"Hey there 👋", "greet"},
        Expected{"What can I do for you?", "ask-intent", "offer"},
        Expected{"How may I assist you?", "ask-intent"},
        Expected{"Please describe your issue in a few words.", "ask-intent"},
        Expected{"What brings you here today?", "ask-intent"},
        Expected{"Is there anything else?", "ask-more", "ask-intent"},
        Expected{"Do you have any other questions?", "ask-more", "ask-confirm"},
        Expected{"What else can I help you with?", "ask-more", "ask-intent"},
        Expected{"If there's anything else you need, just let me know.", "ask-more"},
        Expected{"Can you tell me what happened?", "ask-open", "ask-fact"},
        Expected{"Could you provide more details about the issue?", "ask-open", "ask-fact"},
        Expected{"Why do you want to cancel?", "ask-open"},
        Expected{"Have a lovely day!", "close"},
        Expected{"Goodbye and take care!", "close"},
        Expected{"I'll close this chat now.", "close"},
        Expected{"Hold on a sec.", "hold"},
        Expected{"Bear with me for a moment please.", "hold"},
        Expected{"Checking that now...", "hold"},
        Expected{"Give me a minute to pull up your file.", "hold"},
        Expected{"Let me know if you need help.", "", "hold"},
        Expected{"I don't know.", "not-know"},
        Expected{"I'm not sure about that.", "not-know"},
        Expected{"I do not have access to that system.", "not-know"},
        Expected{"I couldn't find any booking under that name.", "not-know"},
        Expected{"I can't provide legal advice.", "not-know"},
        Expected{"Please contact your bank directly.", "redirect"},
        Expected{"You'll need to visit a branch in person.", "redirect"},
        Expected{"For refunds, go to https://shop.example/returns.", "redirect"},
        Expected{"Email us at help@shop.example.", "redirect"},
        Expected{"You'd have to ask your doctor about that.", "redirect"},
        Expected{"I'm sorry, I don't understand.", "misunderstood"},
        Expected{"Could you repeat that?", "misunderstood"},
        Expected{"I didn't quite catch that.", "misunderstood"},
        Expected{"That's not correct.", "deny"},
        Expected{"You were not charged twice.", "deny"},
        Expected{"There was no second charge on your account.", "deny"},
        Expected{"Our store is open from 9am to 5pm.", "inform"},
    };
    check(table, "en");
}

TEST(ReaderSentences, businesses_of_many_kinds) {
    constexpr std::array table = {
        Expected{"I've rebooked you onto BA212 departing at 18:45; your new confirmation code is QX7K2P.",
                 "confirm-done"},
        Expected{"Unfortunately basic economy fares can't be changed.", "refuse"},
        Expected{"As a one-time courtesy I've waived the overdraft fee.", "confirm-done"},
        Expected{"For your security I've locked the card.", "confirm-done"},
        Expected{"Your workspace has been migrated to the Pro plan.", "confirm-done"},
        Expected{"Your flight has been delayed by 3 hours.", "inform", "confirm-done"},
        Expected{"Your card has been charged twice.", "inform", "confirm-done"},
        Expected{"We've received your message.", "inform", "confirm-done"},
        Expected{"Did you authorize a payment of $120.50 on June 3?", "ask-confirm", "confirm-done ask-fact"},
        Expected{"We never ask for your full card number.", "inform", "ask-fact"},
        Expected{"Let me transfer you to our retention team, they'll have more offers.", "hand-over"},
        Expected{"You're chatting with Max, the virtual assistant.", "", "hand-over"},
        Expected{"I'm afraid we're fully booked that weekend.", "refuse", "confirm-done"},
        Expected{"Pets are not allowed in the hotel.", "refuse"},
        Expected{"Would 20% off for three months change your mind?", "ask-confirm", "confirm-done"},
        Expected{"Your cancellation is complete.", "confirm-done"},
        Expected{"While I can't refund the shipping cost, I can offer you a discount.", "refuse offer", "promise"},
        Expected{"I can't proceed without your order number.", "ask-fact:order_id"},
        Expected{"Please confirm that you want to close the account.", "ask-confirm", "ask-fact"},
        Expected{"I can confirm that your refund is being processed.", "promise", "offer confirm-done"},
        Expected{"I've checked with my team and they have no record of it.", "", "confirm-done"},
        Expected{"np, refund's done :)", "confirm-done cheer"},
        Expected{"cant do that sorry", "refuse apologise"},
        Expected{"whats ur order no?", "ask-fact:order_id"},
        Expected{"k one sec", "hold"},
        Expected{"That never happened.", "deny"},
        Expected{"I have no idea.", "not-know"},
        Expected{"I'm having trouble finding that.", "not-know"},
        Expected{"Dr. Patel has openings on Monday at 2:30 pm.", "offer"},
    };
    check(table, "en");
}

}  // namespace
}  // namespace sosia::user
