using Examples;
using Microsoft.ML;
using Proteins.Data;

namespace Proteins;

/// <summary>Runs the contact maps and says what they reached beside chance and the distance in the sequence.</summary>
internal static class ContactReport
{
    internal static void Run(MLContext ml, ChainData data, Options options, Figures figures, string network, bool isAlone)
    {
        data.RequireTwo(chain => Contacts.Known(chain).Select(pair => Contacts.Bin(chain.Distance(pair.First, pair.Second))),
            "distances between residues");
        var chance = new Random(1);
        var bySeparation = Contacts.BySeparation(data.Train);
        double[] Of(Func<int, (int First, int Second), double> score) =>
            [.. Contacts.Ranges.Select(range => Contacts.Precision(data.Test, score, range.From, range.To))];
        // Many draws: of a few pairs of each chain hardly one is a contact.
        var random = Enumerable.Range(0, 20).Select(_ => Of((_, _) => chance.NextDouble())).ToArray();
        double[] byChance = [.. Contacts.Ranges.Select((_, range) => random.Average(draw => draw[range]))];
        var apart = Of((_, pair) => bySeparation[Math.Min(pair.Second - pair.First, bySeparation.Length - 1)]);
        Print("chance", byChance);
        Print("distance in the sequence", apart);
        List<ContactMaps.Result> results = [];
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        {
            results.Add(ContactMaps.Run(ml, data, seed, options));
            Print($"map of pairs, seed {seed}", results[^1].Precision);
        }
        var last = Contacts.Ranges.Length - 1;
        // Chains too short for a range have no figure: JSON has null for it.
        void Add(string name, double? value) => figures.Add(network, name, value);
        foreach (var (range, of) in Contacts.Ranges.Index())
        {
            var suffix = range == last ? "" : $"_{of.Name}";
            Add($"precision_at_l5{suffix}", results.Average(result => (double?)result.Precision[range]));
            Add($"random_precision_at_l5{suffix}", byChance[range]);
            Add($"separation_precision_at_l5{suffix}", apart[range]);
        }
        var prefix = isAlone ? "" : "contact_";
        Add($"{prefix}train_seconds", results.Average(result => (double?)result.Seconds));
        Add($"{prefix}onnx_max_difference", results.Max(result => (double?)result.Difference));

        static void Print(string name, double[] precision) => Console.WriteLine($"  {name,-26} precision@L/5 "
            + string.Join(", ", Contacts.Ranges.Zip(precision, (range, value) => $"{range.Name} {value:0.000}")));
    }
}
