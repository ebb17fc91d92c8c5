namespace WordVectors.Data;

/// <summary>
/// Sentences about invented countries and their capitals. Each country has goods of its own, which stand near its name and that of its
/// capital; other words say whether a country or a city is meant. What is to one country as a capital to another can thus be told from the
/// words nearby alone: all analogies can be right.
/// </summary>
internal static class Countries
{
    private const int Count = 12, Goods = 3;

    private static readonly string[] OfCountries = ["borders", "army", "provinces", "farmers", "coast", "harvest"];
    private static readonly string[] OfCities = ["streets", "mayor", "theatre", "towers", "market", "square"];
    private static readonly string[] Verbs = ["praise", "sell", "store", "carry", "miss", "love"];
    private static readonly string[] Begins = ["ka", "lo", "mi", "nu", "ra", "se", "ti", "vo", "be", "du", "fa", "go"];

    internal static Corpus Make(int seed)
    {
        var random = new Random(seed);
        var countries = Begins.Select(begin => begin + "land").ToArray();
        var capitals = Begins.Select(begin => begin + "ville").ToArray();
        List<Sentence> sentences = [];
        T Draw<T>(T[] from) => from[random.Next(from.Length)];
        for (var i = 0; i < 24_000; i++)
        {
            var number = random.Next(Count);
            var isCity = random.Next(2) == 1;
            var goods = Begins[number] + "good" + random.Next(Goods);
            string[] words =
            [
                "the", Draw(isCity ? OfCities : OfCountries), "of", (isCity ? capitals : countries)[number], Draw(Verbs), "their", goods,
            ];
            sentences.Add(new() { Words = words });
        }
        return new("invented countries", sentences, [.. WordQuestions.Of(countries.Zip(capitals))], [.. countries, .. capitals]);
    }
}
