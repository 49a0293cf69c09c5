"""Short texts on three things in several languages, written for the tests of words, keywords, names and scores."""

GARDEN = [
    "The community garden opened a second greenhouse in spring, and the tomato plants are already knee-high.",
    "Tomato plants need full sun; a greenhouse gives them warmth that the community garden lacks in May.",
    "Slugs ate the lettuce again. The gardeners now water the beds in the morning and mulch with straw.",
    "Every plot in the community garden has a waiting list, so two gardeners often share one greenhouse.",
    "She prunes the tomato plants every week and feeds the beds with compost from her own kitchen.",
    "Compost warms the greenhouse from below: the gardeners turn it twice and never add cooked food.",
]
RAILWAY = [
    "The night train to Vienna is back, with a sleeping car and a dining car that serves breakfast.",
    "Passengers booked every sleeping car of the night train within a day, the railway company said.",
    "A signal failure stopped the night train outside the station, and passengers waited for four hours.",
    "The railway company blames old tracks for the signal failure. It wants to renew them before winter.",
    "From the dining car one sees the lake; the train then climbs through eleven tunnels to the station.",
    "Conductors on the night train now sell tickets on board, since the station has no counter at night.",
]
BREAD = [
    "A sourdough starter is flour and water, fed every day until it doubles within a few hours.",
    "Her sourdough bread rises overnight in the fridge, and the crust crackles when the loaf cools.",
    "The bakery sells rye bread and sourdough bread, and gives its sourdough starter away for free.",
    "Bake the loaf in a hot pot: the steam keeps the crust soft until the bread has risen.",
    "Rye flour makes the loaf dense. Mix it with wheat flour if you want an open crumb.",
    "The bakery opens at six, and by seven the rye bread with its dark crust has sold out.",
]
ENGLISH = [*GARDEN, *RAILWAY, *BREAD]
ENGLISH_LABELS = [0] * 6 + [1] * 6 + [2] * 6

GARTEN = [
    "Der Garten braucht im Sommer viel Wasser, und die Tomaten stehen im Gewächshaus.",
    "Im Gewächshaus reifen die Tomaten früher als im Garten.",
    "Die Gärtner teilen sich das Gewächshaus und den Kompost.",
]
NACHTZUG = [
    "Der Nachtzug nach Wien fährt wieder, und der Schlafwagen ist ausgebucht.",
    "Ein Schlafwagen im Nachtzug kostet mehr als ein Sitzplatz.",
    "Der Nachtzug hielt wegen einer Störung vor dem Bahnhof.",
]
TRADGARD = [
    "Tomaterna i växthuset mognar redan, och odlarna vattnar varje morgon.",
    "Odlarna delar på växthuset och på komposten bakom koloniträdgården.",
    "Det finns sniglar i växthuset, så tomaterna fick flytta till balkongen.",
]
NATTAG = [
    "Nattåget till Wien är tillbaka, och sovvagnen är redan full.",
    "En sovvagn på nattåget kostar mer än en vanlig sittplats.",
    "Nattåget stannade utanför stationen på grund av ett signalfel.",
]
CHINESE = [
    "番茄种在温室里，社区花园的温室很大。",
    "社区花园有新的温室，番茄长得很快。",
    "他们在社区花园种番茄，也种黄瓜。",
    "夜班火车开往维也纳，卧铺车厢已经满了。",
    "夜班火车晚点了，乘客在车站等了四个小时。",
    "卧铺车厢的票很贵，乘客还是喜欢夜班火车。",
]
JAPANESE = [
    "温室でトマトを育てています。市民農園の温室は広いです。",
    "市民農園のトマトは夏に赤くなります。",
    "夜行列車の寝台車は満席です。駅で乗客が待ちました。",
    "夜行列車は駅を出ました。乗客は寝台車で眠ります。",
]
ARABIC = [
    "الطماطم تنمو في البيت الزجاجي، والحديقة مفتوحة كل يوم.",
    "البيت الزجاجي في الحديقة يحمي الطماطم من البرد.",
    "القطار الليلي يصل إلى المحطة في الصباح.",
    "القطار الليلي توقف قبل المحطة ساعتين.",
]
ICELANDIC = [
    "Næturlestin er komin aftur og svefnvagninn er fullur í sumar.",
    "Svefnvagninn á næturlestinni er dýr, en hann er alltaf fullur.",
    "Það er mikill snjór á fjallinu og vegurinn er lokaður í dag.",
    "Vegurinn á fjallinu var lokaður í gær, og snjór er enn á honum.",
]
