using Examples;
using GraphGeneration.Data;
using GraphGeneration.Measures;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace GraphGeneration;

/// <summary>What one run came to.</summary>
/// <param name="Task">What was learned.</param>
/// <param name="Data">The name of the data.</param>
/// <param name="Valid">The share of what was made that is of the kind.</param>
/// <param name="Novel">The share of the different valid ones that weren't learned from.</param>
/// <param name="Unique">The share of the valid that are different.</param>
/// <param name="Made">How far what was made is from data that wasn't learned from.</param>
/// <param name="Halves">How far the data that was learned from is from it.</param>
/// <param name="TrainSeconds">How long training took.</param>
/// <param name="Difference">The largest difference of the exported model to the training graph.</param>
internal sealed record Result(string Task, string Data, double Valid, double Novel, double Unique, Discrepancy Made, Discrepancy Halves,
    double TrainSeconds, double Difference)
{
    /// <summary>The share of molecules that are valid as they were written, without a bond or atom changed; null of graphs.</summary>
    internal double? Unchanged { get; init; }
}

/// <summary>Learns from half of the graphs, or from all molecules, and measures what it makes.</summary>
internal static class Experiment
{
    private const int Shown = 12;

    internal static Result Graphs(MLContext ml, GraphSet set, string network, int seed, Options options)
    {
        SmallGraph[] mixed = [.. set.Graphs];
        new Random(0).Shuffle(mixed);
        SmallGraph[] learned = mixed[..(mixed.Length / 2)], others = mixed[(mixed.Length / 2)..];
        var random = new Random(seed);
        long[][] sequences = [.. learned.SelectMany(graph => Enumerable.Range(0, (options.Orders ?? set.Orders)).Select(_ =>
            GraphTokens.Encode(graph, random)))];
        var count = options.Count ?? learned.Length;
        var written = Writer.Run(ml, sequences, (int)sequences.Max(row => row.Max()), count, set.Settings, set.Name,
            network, seed, options);
        SmallGraph[] made = [.. written.Sequences.Select(row => row is null ? null : GraphTokens.Decode(row)).OfType<SmallGraph>()];
        Result result = Measure(set.Name, set.Name, made, count, set.IsValid, learned, others, written);
        GraphPicture.Write(ml, Path.Combine(options.Folder, $"{set.Name}-{network}.svg"), $"{set.Name}, made by {network}",
            made.Take(Shown));
        GraphPicture.Write(ml, Path.Combine(options.Folder, $"{set.Name}.svg"), $"{set.Name}, learned from", learned.Take(Shown));
        return result;
    }

    internal static Result Molecules(MLContext ml, MoleculeSet set, string network, int seed, Options options)
    {
        // salts and mixtures are of several parts; sequences make one
        Molecule[] whole = [.. set.Molecules.Where(molecule => MoleculeSet.Graph(molecule).IsConnected)];
        var tokens = new MoleculeTokens(whole);
        var count = options.Count ?? 1000;
        var written = Writer.Run(ml, [.. whole.Select(tokens.Encode)], tokens.Count, count, (256, 8, 1), Options.Molecules, network, seed,
            options);
        var decoded = written.Sequences.Select(row => row is null ? null : tokens.Decode(row)).OfType<(Molecule Molecule, int Changed)>()
            .ToArray();
        string[] smiles = [.. decoded.Select(one => one.Molecule.ToSmiles())];
        SmallGraph[] made = [.. smiles.Where(MoleculeSet.IsValid).Select(one => MoleculeSet.Graph(Molecule.Parse(one).Kekulized()))];
        SmallGraph[] learned = [.. set.Molecules.Select(MoleculeSet.Graph)], sample = [.. learned];
        new Random(0).Shuffle(sample);
        var half = Math.Min(sample.Length / 2, 500);
        Console.WriteLine($"  {string.Join("  ", smiles.Take(8))}");
        WholeFile.Write(Path.Combine(options.Folder, $"molecules-{network}.smi"), string.Concat(smiles.Select(one => one + "\n")));
        GraphPicture.Write(ml, Path.Combine(options.Folder, $"molecules-{network}.svg"), $"molecules, made by {network}",
            made.Take(Shown));
        return Measure(Options.Molecules, set.Name, made, count, _ => true, sample[..half], sample[half..(2 * half)], written, learned) with
        {
            Unchanged = (double)decoded.Count(one => one.Changed == 0) / count,
        };
    }

    private static Result Measure(string task, string data, SmallGraph[] made, int asked, Func<SmallGraph, bool> isValid,
        SmallGraph[] learned, SmallGraph[] others, Writer.Written written, SmallGraph[]? known = null)
    {
        SmallGraph[] valid = [.. made.Where(isValid)];
        HashSet<ulong> old = [.. (known ?? learned).Select(graph => graph.Fingerprint())],
            different = [.. valid.Select(graph => graph.Fingerprint())];
        static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
        var nothing = new Discrepancy(1, 1, 1);
        return new(task, data, (double)valid.Length / asked, Share(different.Count(one => !old.Contains(one)), different.Count),
            Share(different.Count, valid.Length), made.Length == 0 ? nothing : Discrepancy.Between([.. made.Take(learned.Length)], others),
            Discrepancy.Between(learned, others), written.Seconds, written.Difference);
    }
}
