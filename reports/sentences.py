"""Every sentence that `reports.reading` can say, in Swedish and English, side by side.

{we} is the group as its readers call it. No sentence names a cause: a survey tells that something differs, not why.
"""

from __future__ import annotations

SENTENCES: dict[str, dict[str, str]] = {
    # Headlines: what a person would say aloud.
    "masked_few": {
        "sv": "Vi kan inte visa något resultat för {name}: färre än {k} har svarat.",
        "en": "We cannot show any result for {name}: fewer than {k} have answered.",
    },
    "masked_protected": {
        "sv": "Vi visar inget resultat för {name}, för att skydda dem som svarat i en mindre grupp.",
        "en": "We show no result for {name}, to protect those who answered in a smaller group.",
    },
    "headline_few": {
        "sv": "Bara {n} {subject} har svarat: vi kan beskriva läget, men inte jämföra.",
        "en": "Only {n} {subject} have answered: we can describe how things stand, but not compare.",
    },
    "headline_few_change": {
        "sv": "Bara {n} {subject} har svarat: vi kan beskriva läget, men inte säga om något har ändrats.",
        "en": "Only {n} {subject} have answered: we can describe how things stand, but not tell what has changed.",
    },
    "headline_nothing": {
        "sv": "Svaren räcker inte för att visa någon delskala.",
        "en": "There are not enough answers to show any scale.",
    },
    "headline_up": {
        "sv": "{We} ligger högre i {up} än {before}.",
        "en": "{We} {are} higher in {up} than in {before}.",
    },
    "headline_down": {
        "sv": "{We} ligger lägre i {down} än {before}.",
        "en": "{We} {are} lower in {down} than in {before}.",
    },
    "headline_both": {
        "sv": "{We} ligger högre i {up} än {before}, men lägre i {down}.",
        "en": "{We} {are} higher in {up} than in {before}, but lower in {down}.",
    },
    "headline_unchanged": {
        "sv": "{We} ligger kvar på samma nivå som {before}.",
        "en": "{We} {are} at the same level as in {before}.",
    },
    "headline_some_unchanged": {
        "sv": "Vi ser ingen säker ändring sedan {before}.",
        "en": "We see no certain change since {before}.",
    },
    "headline_cannot_tell": {
        "sv": "Vi kan inte avgöra om något har ändrats sedan {before}.",
        "en": "We cannot tell whether anything has changed since {before}.",
    },
    "headline_above": {
        "sv": "{We} ligger högre i {up} än {others}.",
        "en": "{We} {are} higher in {up} than {others}.",
    },
    "headline_below": {
        "sv": "{We} ligger lägre i {down} än {others}.",
        "en": "{We} {are} lower in {down} than {others}.",
    },
    "headline_above_below": {
        "sv": "{We} ligger högre i {up} än {others}, men lägre i {down}.",
        "en": "{We} {are} higher in {up} than {others}, but lower in {down}.",
    },
    "headline_order": {
        "sv": "{We} ligger högst i {highest} och lägst i {lowest}.",
        "en": "{We} {are} highest in {highest} and lowest in {lowest}.",
    },
    "headline_even": {
        "sv": "{We} ligger ungefär lika i alla delskalor: {low} till {high}.",
        "en": "{We} {are} about the same in all scales: {low} to {high}.",
    },
    "headline_alike": {
        "sv": "{We} ligger lika i alla delskalor: runt {low}.",
        "en": "{We} {are} the same in all scales: about {low}.",
    },
    "headline_share": {
        "sv": "{mean} av svaren om {scale} är positiva.",
        "en": "{mean} of the answers about {scale} are positive.",
    },
    "headline_level": {
        "sv": "{We} ligger på {mean} i {scale}, på en skala {range}.",
        "en": "{We} {are} at {mean} in {scale}, on a scale of {range}.",
    },
    # Who answered.
    "answered_of": {
        "sv": "{n} av {invited} {subject} svarade ({rate}).",
        "en": "{n} of {invited} {subject} answered ({rate}).",
    },
    "answered": {"sv": "{n} {subject} svarade.", "en": "{n} {subject} answered."},
    "answered_again": {
        "sv": "Minst {n} av dem svarade även {before}.",
        "en": "At least {n} of them also answered in {before}.",
    },
    "answered_again_all": {"sv": "Alla svarade även {before}.", "en": "All of them also answered in {before}."},
    # What has changed.
    "beyond_chance": {
        "sv": "Slumpen ensam ger sällan så stora skillnader.",
        "en": "Chance alone seldom gives such large differences.",
    },
    "small_but_certain": {
        "sv": "Skillnaden i {scales} är säker, men liten.",
        "en": "The difference in {scales} is certain, but small.",
    },
    "unchanged": {
        "sv": "I {scales} är läget oförändrat.",
        "en": "In {scales} things are unchanged.",
    },
    "cannot_tell": {
        "sv": "Om {scales} har ändrats kan vi inte avgöra.",
        "en": "Whether {scales} changed we cannot tell.",
    },
    "not_comparable": {
        "sv": "{Scales} mättes inte på samma sätt {before}, så vi jämför inte.",
        "en": "{Scales} was not measured in the same way in {before}, so we do not compare.",
    },
    "holm": {
        "sv": "I {scales} kan något ha ändrats, men när vi prövar flera delskalor på en gång räcker det inte.",
        "en": "Something may have changed in {scales}, but as we test several scales at once it is not enough.",
    },
    # Beside others.
    "above": {
        "sv": "Jämfört med {others} ligger {we} högre i {scales}.",
        "en": "Compared with {others}, {we} {are} higher in {scales}.",
    },
    "below": {
        "sv": "Jämfört med {others} ligger {we} lägre i {scales}.",
        "en": "Compared with {others}, {we} {are} lower in {scales}.",
    },
    "above_below": {
        "sv": "Jämfört med {others} ligger {we} högre i {up}, men lägre i {down}.",
        "en": "Compared with {others}, {we} {are} higher in {up}, but lower in {down}.",
    },
    "no_difference": {
        "sv": "Vi ser ingen säker skillnad mot {others}.",
        "en": "We see no certain difference from {others}.",
    },
    # One scale.
    "level": {
        "sv": "Medelvärdet är {mean} på en skala {range}.",
        "en": "The mean is {mean} on a scale of {range}.",
    },
    "level_interval": {
        "sv": "Medelvärdet är {mean} på en skala {range}. Med osäkerheten inräknad ligger det mellan {low} och {high}.",
        "en": "The mean is {mean} on a scale of {range}. With its uncertainty it lies between {low} and {high}.",
    },
    "share": {"sv": "{mean} av svaren är positiva.", "en": "{mean} of the answers are positive."},
    "share_interval": {
        "sv": "{mean} av svaren är positiva. Med osäkerheten inräknad ligger andelen mellan {low} och {high}.",
        "en": "{mean} of the answers are positive. With its uncertainty the share lies between {low} and {high}.",
    },
    "no_share": {"sv": "Vi visar ingen andel: {reason}.", "en": "We show no share: {reason}."},
    "share_protected": {
        "sv": "Andelen visas inte, för att skydda dem som svarat.",
        "en": "The share is not shown, to protect those who answered.",
    },
    "no_level": {"sv": "Vi visar inget medelvärde: {reason}.", "en": "We show no mean: {reason}."},
    "level_protected": {
        "sv": "Medelvärdet visas inte, för att skydda dem som svarat.",
        "en": "The mean is not shown, to protect those who answered.",
    },
    "positive": {
        "sv": "{share} av svaren är positiva.",
        "en": "{share} of the answers are positive.",
    },
    "rose": {
        "sv": "Det är en ökning med {size} sedan {before}. Slumpen ensam ger sällan en så stor skillnad.",
        "en": "That is an increase of {size} since {before}. Chance alone seldom gives so large a difference.",
    },
    "fell": {
        "sv": "Det är en minskning med {size} sedan {before}. Slumpen ensam ger sällan en så stor skillnad.",
        "en": "That is a decrease of {size} since {before}. Chance alone seldom gives so large a difference.",
    },
    "stayed": {
        "sv": "Det är oförändrat sedan {before}: skillnaden är {signed}, för liten för att betyda något.",
        "en": "It is unchanged since {before}: the difference is {signed}, too small to matter.",
    },
    "unsure": {
        "sv": "Skillnaden mot {before} är {signed}, men kan vara allt från {low} till {high}: vi kan inte avgöra.",
        "en": "The difference from {before} is {signed}, but may be anything from {low} to {high}: we cannot tell.",
    },
    "holm_scale": {
        "sv": "Skillnaden mot {before} är {signed}, men när vi prövar flera delskalor på en gång räcker det inte.",
        "en": "The difference from {before} is {signed}, but as we test several scales at once it is not enough.",
    },
    "scale_not_comparable": {
        "sv": "Det mättes inte på samma sätt {before}, så vi jämför inte.",
        "en": "It was not measured in the same way in {before}, so we do not compare.",
    },
    "unsure_few": {
        "sv": "Skillnaden mot {before} är {signed}. Svaren är för få för att avgöra om det är en ändring.",
        "en": "The difference from {before} is {signed}. The answers are too few to tell whether it is a change.",
    },
    "unsure_bare": {
        "sv": "Skillnaden mot {before} är {signed}. Om det är en ändring kan vi inte avgöra.",
        "en": "The difference from {before} is {signed}. Whether it is a change we cannot tell.",
    },
    "no_change": {
        "sv": "Ändringen sedan {before} kan vi inte visa: {reason}.",
        "en": "We cannot show the change since {before}: {reason}.",
    },
    "no_change_few": {
        "sv": "Ändringen sedan {before} kan vi inte visa: för få svarade {before}.",
        "en": "We cannot show the change since {before}: too few answered in {before}.",
    },
    "change_protected": {
        "sv": "Ändringen sedan {before} visas inte, för att skydda dem som svarat.",
        "en": "The change since {before} is not shown, to protect those who answered.",
    },
    "beside_higher": {"sv": "Det är högre än {others} ({mean}).", "en": "It is higher than {others} ({mean})."},
    "beside_lower": {"sv": "Det är lägre än {others} ({mean}).", "en": "It is lower than {others} ({mean})."},
    "beside_same": {"sv": "Det är ungefär som {others} ({mean}).", "en": "It is about the same as {others} ({mean})."},
    "beside_unsure": {
        "sv": "Mot {others} ser vi ingen säker skillnad.",
        "en": "Against {others} we see no certain difference.",
    },
    "beside_only": {
        "sv": "Som jämförelse ligger {others} på {mean}.",
        "en": "For comparison, {others}: {mean}.",
    },
    "beside_whole": {"sv": "{whole} ligger på {mean}.", "en": "{whole}: {mean}."},
    "whole_level": {"sv": "{whole} ligger på {mean} i {scale}.", "en": "{whole}: {mean} in {scale}."},
    # What cannot be said.
    "not_why": {
        "sv": "Resultatet säger inte varför något har ändrats.",
        "en": "The result does not say why anything has changed.",
    },
    "not_what": {
        "sv": "Resultatet säger hur läget är, inte vad det beror på.",
        "en": "The result says how things stand, not what lies behind it.",
    },
    "before_few": {
        "sv": "Vi kan inte säga om något har ändrats sedan {before}: för få svarade då.",
        "en": "We cannot say whether anything has changed since {before}: too few answered then.",
    },
    "no_interval": {
        "sv": "Med så få svar visar vi medelvärden, men inte hur säkra de är.",
        "en": "With so few answers we show means, but not how certain they are.",
    },
    "no_interval_alike": {
        "sv": "Svaren är så lika att det inte går att räkna ut hur säkra medelvärdena är.",
        "en": "The answers are so alike that it cannot be computed how certain the means are.",
    },
    "no_interval_share": {
        "sv": "Med så få svar visar vi andelar, men inte hur säkra de är.",
        "en": "With so few answers we show shares, but not how certain they are.",
    },
    "no_interval_alike_share": {
        "sv": "Svaren är så lika att det inte går att räkna ut hur säkra andelarna är.",
        "en": "The answers are so alike that it cannot be computed how certain the shares are.",
    },
    "few_for_own_spread": {
        "sv": (
            "Med färre än {sd_from} svar är osäkerheten stor. För att skydda dem som svarat räknar vi den på "
            "spridningen i hela mätomgången."
        ),
        "en": (
            "With fewer than {sd_from} answers the uncertainty is large. To protect those who answered we compute it "
            "from the spread in the whole round."
        ),
    },
    "pooled": {
        "sv": "För att skydda en mindre grupp räknar vi osäkerheten på spridningen i hela mätomgången.",
        "en": "To protect a smaller group we compute the uncertainty from the spread in the whole round.",
    },
    "few_answered": {
        "sv": "Bara {rate} svarade. De som inte svarade kan tycka något annat.",
        "en": "Only {rate} answered. Those who did not may think otherwise.",
    },
    "invited_unknown": {
        "sv": "Vi vet inte hur många som fick frågan, och därför inte hur stor andel som svarade.",
        "en": "We do not know how many were asked, and so not what share answered.",
    },
    "invited_too_low": {
        "sv": "Det finns fler svar än inbjudna, så vi kan inte säga hur stor andel som svarade.",
        "en": "There are more answers than invitations, so we cannot tell what share answered.",
    },
    "open_link": {
        "sv": "Upp till {share} av svaren kom genom en öppen länk, där samma person kan ha svarat flera gånger.",
        "en": "Up to {share} of the answers came by an open link, where one person may have answered more than once.",
    },
    "open_link_all": {
        "sv": "Alla svar kan ha kommit genom en öppen länk, där samma person kan ha svarat flera gånger.",
        "en": "All answers may have come by an open link, where one person may have answered more than once.",
    },
    "not_linked": {
        "sv": "Vi vet inte om det är samma personer som svarade {before} och nu.",
        "en": "We do not know whether the same people answered in {before} and now.",
    },
    "own_code": {
        "sv": "Alla som svarade båda gångerna är inte med bland dem som följs: koden som man gör själv blir ofta "
        "en annan nästa gång.",
        "en": "Not everyone who answered both times is among those followed: the code that people make themselves "
        "often comes out differently the next time.",
    },
    "some_hidden": {
        "sv": "En del resultat visas inte, så att ingen kan räkna ut vad en enskild person har svarat.",
        "en": "Some results are not shown, so that nobody can work out what one person answered.",
    },
    # What stands out.
    "out_scales": {
        "sv": "Högst är {highest} ({high}), lägst är {lowest} ({low}).",
        "en": "Highest is {highest} ({high}), lowest is {lowest} ({low}).",
    },
    "out_item_high": {
        "sv": "Högst bland påståendena: ”{item}” ({mean}).",
        "en": "Highest among the statements: “{item}” ({mean}).",
    },
    "out_item_low": {
        "sv": "Lägst bland påståendena: ”{item}” ({mean}).",
        "en": "Lowest among the statements: “{item}” ({mean}).",
    },
    "out_question_high": {
        "sv": "Högst bland frågorna: ”{item}” ({mean}).",
        "en": "Highest among the questions: “{item}” ({mean}).",
    },
    "out_question_low": {
        "sv": "Lägst bland frågorna: ”{item}” ({mean}).",
        "en": "Lowest among the questions: “{item}” ({mean}).",
    },
    "out_most_positive": {
        "sv": "Störst andel positiva svar: ”{item}” ({share}).",
        "en": "The largest share of positive answers: “{item}” ({share}).",
    },
    "out_fewest_positive": {
        "sv": "Minst andel positiva svar: ”{item}” ({share}).",
        "en": "The smallest share of positive answers: “{item}” ({share}).",
    },
    # A published value from elsewhere.
    "reference": {
        "sv": "Referens: {mean} bland {population} ({source}).",
        "en": "Reference: {mean} among {population} ({source}).",
    },
    # Names.
    "we_ours": {"sv": "ni", "en": "you"},
    "are_ours": {"sv": "är", "en": "are"},
    "are_named": {"sv": "är", "en": "is"},
    "are_all": {"sv": "är", "en": "are"},
    "others_in": {"sv": "övriga {name}", "en": "the rest of {name}"},
    "others_all": {"sv": "övriga som deltar", "en": "all others taking part"},
    "whole_of": {"sv": "{name} som helhet", "en": "{name} as a whole"},
    "whole_all": {"sv": "alla som deltar", "en": "all taking part"},
    "subject": {"sv": "personer", "en": "people"},
}


def sentence(key: str, language: str, **facts: object) -> str:
    """One sentence with its facts filled in. Raises KeyError for a key or fact that is not there."""
    return SENTENCES[key][language].format(**facts)
