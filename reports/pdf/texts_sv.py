"""The pages' own texts in Swedish. `phrases` says how they are used."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, str]] = {
    "title": "{instrument}, {round}: {group}",
    "kicker": "{study} · mätomgång {round}",
    "simulated": "simulerade svar",
    "page": "sida {number} av {pages}",
    "protection": "Grupper under {k} svar visas inte.",
    "protection_simulated": "Grupper under {k} svar visas inte. Simulerade svar.",
    "origin": "Resultat {digest} · {instrument} {version}",
    "scales": "Delskalorna i korthet",
    "scale": "Delskala",
    "mean": "Medel",
    "positive": "Positiva",
    "score": "Värde",
    "change_since": "Ändring sedan {before}",
    "beside": "Jämfört med {name}",
    "legend_dot": "Fylld punkt: {group} {round}.",
    "legend_line": "Strecket är 95 % osäkerhet.",
    "legend_before": "Ring: {before}.",
    "legend_band_municipality": "Grått fält: mitten av länets övriga kommuner.",
    "legend_band_county": "Grått fält: mitten av de övriga länen.",
    "legend_band_region": "Grått fält: mitten av de övriga regionerna.",
    "legend_band_unit": "Grått fält: mitten av kommunens övriga enheter.",
    "legend_reference": "Streckad linje: referensvärdet.",
    "legend_few": "Utan streck: för få svar för att räkna osäkerheten.",
    "legend_alike": "Utan streck: svaren är så lika att osäkerheten inte går att räkna ut.",
    "stands_out": "Det här sticker ut",
    "talk_about": "Att prata om",
    "since": "Sedan {before}: {verdict}.",
    "beside_verdict": "Jämfört med {name}: {verdict}.",
    "scale_of": "Delskala {number} av {count}",
    "grey_dots": "Grå punkter: de andra, utan den egna gruppens svar.",
    "items": "Så fördelar sig svaren",
    "other_items": "Övriga frågor",
    "other_items_lead": "De här frågorna hör inte till någon delskala. Varje fråga läses för sig.",
    "numbers": "Siffrorna",
    "what": "Mått",
    "value": "Värde",
    "uncertainty": "95 % osäkerhet",
    "answers": "Svar",
    "verdict": "Bedömning",
    "row_change": "Ändring sedan {before}",
    "row_g": "Ändring räknad i standardavvikelser (Hedges g)",
    "row_against": "Skillnad mot {name}",
    "row_positive": "Andel svar i de positiva stegen",
    "row_sd": "Spridning (standardavvikelse)",
    "row_alpha": "Hur väl svaren hänger ihop (alfa)",
    "change_title": "Förändring sedan {before}",
    "change_people": "{after} svarade {round} och {before_n} svarade {before}.",
    "change_linked": (
        "{linked} kan följas från den ena gången till den andra. För dem jämförs samma persons svar, och det gör "
        "jämförelsen säkrare."
    ),
    "change_linked_few": (
        "{linked} kan följas från den ena gången till den andra. De är för få för att jämföra person för person. "
        "Därför jämförs två grupper."
    ),
    "change_unlinked": (
        "Svaren är inte kopplade till personer. Därför jämförs två grupper, inte samma personer två gånger."
    ),
    "change_numbers": "Förändringen i siffror",
    "size": "Storlek (g)",
    "before_n": "Svar då",
    "after_n": "Svar nu",
    "linked_n": "Båda",
    "method": "Metod",
    "method_welch": "Två grupper (Welch)",
    "method_partial_overlap": "Delvis samma personer (Derrick)",
    "method_paired": "Samma personer (parvis)",
    "read_change": "Så läser ni sidan",
    "read_change_1": "Linjen vid 0 betyder ingen ändring. Korsar strecket linjen kan slumpen räcka som förklaring.",
    "read_change_2": (
        "”Kan inte avgöras” betyder inte att det är oförändrat. Det betyder att svaren är för få eller för spridda "
        "för att säga vilket."
    ),
    "read_change_3": (
        "”Oförändrat” står bara där vi kan säga att ändringen är så liten att den saknar betydelse i praktiken."
    ),
    "read_change_4": "Siffrorna säger inte varför något har ändrats. Det vet ni bättre än vi.",
    "ranked_title": "Kommunerna i länet",
    "ranked_lead": "Strecken visar 95 % osäkerhet. Ordningen mellan dem som överlappar säger inget.",
    "ranked_note": (
        "Streckad linje: hela gruppens medelvärde. Kommuner som inte visas har för få svar, eller skulle göra att "
        "en annan liten grupp gick att räkna ut."
    ),
    "ranked_note_share": (
        "Streckad linje: hela gruppens andel. Kommuner som inte visas har för få svar, eller skulle göra att "
        "en annan liten grupp gick att räkna ut."
    ),
    "masked_few": "Så kan ingen lista ut vad en enskild person har svarat.",
    "masked_protected": "Med ert resultat skulle det gå att räkna ut vad den mindre gruppen har svarat.",
    "masked_counted": "De svar som har lämnats räknas ändå med i resultatet för {parent}.",
    "masked_protected_next": (
        "Det beror inte på hur många av er som svarade, utan på hur svaren ligger i andra grupper."
    ),
    "masked_few_next": (
        "Vill ni ha ett eget resultat nästa gång behöver minst {k} personer svara. Berätta gärna i arbetsgruppen "
        "hur svaren skyddas – det står på sista sidan."
    ),
    "masked_parent": "Så svarade {parent}",
    "masked_no_parent": "Inte heller den större gruppen kan visas.",
    "limits_title": "Metod och begränsningar",
    "simulated_head": "Svaren är simulerade",
    "simulated_body": (
        "Inga människor har svarat. Svaren är gjorda av en modell: varje påhittad person har en egen läggning, "
        "varje kommun en egen nivå, och mellan mätomgångarna sker en ändring. Rapporten visar hur ett resultat ser "
        "ut. Den säger inget om verkliga kommuner."
    ),
    "score_head": "Så räknas värdena",
    "score_body": (
        "Varje svar har ett värde. En persons värde på en delskala är {method} av svaren, om {share}. Gruppens värde "
        "är medelvärdet av personernas värden."
    ),
    "reversed_statements": "Vända påståenden räknas baklänges.",
    "reversed_questions": "Vända frågor räknas baklänges.",
    "score_positive": (
        "En persons värde på en delskala är hur många procent av personens svar som ligger i de positiva stegen, om "
        "{share}. ”Vet inte” räknas inte med. Gruppens värde är medelvärdet av personernas värden. Skillnader står i "
        "procentenheter."
    ),
    "score_mean": "medelvärdet",
    "score_sum": "summan",
    "score_half": "minst hälften av frågorna är besvarade",
    "score_complete": "alla frågor är besvarade",
    "uncertainty_head": "Osäkerheten",
    "uncertainty_body": (
        "Strecket visar 95 % osäkerhet: ungefär hur mycket värdet kan bero på vilka som råkade svara just nu. Med "
        "färre än {sd_from} svar räknas det på spridningen i hela mätomgången, och med färre än {spread_from} svar "
        "visas inget streck."
    ),
    "verdict_head": "Orden ökning, minskning, oförändrat och kan inte avgöras",
    "verdict_body": (
        "Ökning och minskning står där osäkerheten inte når 0, även när alla delskalor prövas samtidigt (Holm). "
        "Oförändrat står där hela 90 %-intervallet ligger inom {margin} standardavvikelser. I alla andra fall kan "
        "det inte avgöras."
    ),
    "compare_head": "Jämförelserna",
    "compare_body": (
        "När ni jämförs med länet eller alla som deltar är era egna svar borttagna ur jämförelsen. Det grå fältet "
        "är mittersta hälften av de andra. Det är ingen rangordning: grupper vars streck överlappar går inte att "
        "skilja åt."
    ),
    "reference_body": (
        "Referensvärdet kommer från en annan undersökning. Skillnaden mot det är inte prövad, för de svaren finns "
        "inte här."
    ),
    "protected_head": "Vad som skyddas",
    "protected_body": (
        "Inget visas för färre än {k} svar. Inget visas heller om det tillsammans med något annat skulle avslöja "
        "en grupp som är mindre än så. Hur svaren på en enskild fråga fördelar sig visas från {spread_from} svar, och "
        "standardavvikelsen från {sd_from}."
    ),
    "free_text_body": (
        "Svar med egna ord finns inte i rapporten. De visas på resultatsidan när en människa har läst dem och strukit "
        "det som kan peka ut någon, och bara där minst {k} har skrivit."
    ),
    "linked_body": (
        "Undersökningen kopplar ihop svar från samma person över tid med en kopplingskod. Den är konfidentiell, "
        "inte anonym."
    ),
    "own_code_body": (
        "Kopplingskoden gör var och en själv av några frågor. I tidigare studier har ungefär fem till sju av tio "
        "fått samma kod en gång till (51–67 procent i en, 61 procent i en annan). En del som har svarat båda gångerna "
        "räknas därför som två personer. Om två personer får samma kod i en omgång följs ingen av dem."
    ),
    "cannot_head": "Vad rapporten inte kan säga",
    "cannot_body": (
        "Den säger vad de som svarade har svarat. Den säger inte vad de som inte svarade tycker, och inte varför "
        "något är högt, lågt eller ändrat."
    ),
    "cannot_outcome": "Den säger inte heller hur det går för dem som ni arbetar för.",
    "wording_head": "Varifrån frågorna kommer",
    "trace_head": "Spårbarhet",
    "trace_body": (
        "Samma svar ger alltid samma siffror. Koderna nedan står också vid publiceringen på resultatsidan: är de "
        "lika hör rapporten dit."
    ),
    "trace_instrument": "Instrument",
    "trace_instrument_digest": "Instrumentets kod",
    "trace_matrix_digest": "Svarens kod",
    "trace_release_digest": "Resultatets kod",
    "trace_settings": "Inställningar",
    "trace_settings_value": "gräns k = {k}, frö = {seed}",
}
