using System.Text;

namespace LanguageModel.Data;

/// <summary>
/// Sentences of a small grammar. The verb agrees with a subject that may stand far before it, so it takes a memory to write them; and as
/// every choice's probability is known, so is the least loss that a model can have.
/// </summary>
internal static class Sentences
{
    private static readonly string[] Adjectives = ["old", "small", "clever", "quiet", "yellow"];
    private static readonly string[] Nouns = ["dog", "painter", "river", "teacher", "robot", "bird", "king", "doctor"];
    private static readonly string[] Relative = ["near", "behind", "without", "above"];
    private static readonly string[] Verbs = ["sleep", "sing", "wait", "grow", "turn", "fall"];
    private static readonly string[] Ends = [" today", " again", " at night", " in the rain"];

    internal static Texts Make()
    {
        var random = new Random(11);
        var (train, _) = Write(random, 12_000);
        var (validation, nats) = Write(random, 1000);
        return new("sentences of a grammar", train, validation, "the ", nats / validation.Length, IsLarge: false);
    }

    private static (string Text, double Nats) Write(Random random, int sentences)
    {
        var text = new StringBuilder();
        double nats = 0;
        T Draw<T>(params T[] from)
        {
            nats += Math.Log(from.Length);
            return from[random.Next(from.Length)];
        }

        for (var i = 0; i < sentences; i++)
        {
            var one = Phrase();
            while (Draw(true, false))
            {
                text.Append(' ').Append(Draw(Relative)).Append(' ');
                Phrase();
            }
            text.Append(' ').Append(Draw(Verbs)).Append(one ? "s" : "");
            if (Draw(true, false))
                text.Append(Draw(Ends));
            text.Append(".\n");
        }
        return (text.ToString(), nats);

        // Whether it is one thing.
        bool Phrase()
        {
            text.Append("the ");
            if (Draw(true, false))
                text.Append(Draw(Adjectives)).Append(' ');
            text.Append(Draw(Nouns));
            var one = Draw(true, false);
            text.Append(one ? "" : "s");
            return one;
        }
    }
}
