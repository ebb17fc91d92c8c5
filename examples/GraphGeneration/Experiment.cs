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

    /// <summary>
    /// The share of the molecules learned from that a decoder gives again from their own numbers; null of other networks.
    /// </summary>
    internal double? Rebuilt { get; init; }
}

/// <summary>Learns from half of the graphs, or from all molecules, and measures what it makes.</summary>
internal static class Experiment
{
    // Atoms of a molecule that all are written at once: places for bonds grow with their square.
    private const int Shown = 12, MostAtOnce = 10;

    internal static Result Graphs(MLContext ml, GraphSet set, string network, int seed, Options options)
    {
        if (network == Options.Variational)
            throw new UsageException($"--network {network} makes molecules, whose atoms have an order; expected lstm, gru or transformer "
                + $"for {set.Name}.");
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
        Result result = Measure(set.Name, set.Name, made, count, set.IsValid, learned, others, written.Seconds, written.Difference);
        GraphPicture.Write(Path.Combine(options.Folder, $"{set.Name}-{network}.svg"), $"{set.Name}, made by {network}",
            made.Take(Shown));
        GraphPicture.Write(Path.Combine(options.Folder, $"{set.Name}.svg"), $"{set.Name}, learned from", learned.Take(Shown));
        return result;
    }

    internal static Result Molecules(MLContext ml, MoleculeSet set, string network, int seed, Options options)
    {
        // salts and mixtures are of several parts; sequences make one
        Molecule[] whole = [.. set.Molecules.Where(molecule => MoleculeSet.Graph(molecule).IsConnected)];
        if (network == Options.Variational)
            whole = [.. whole.Where(molecule => molecule.Atoms.Count <= MostAtOnce)];
        if (whole.Length == 0)
            throw new InvalidDataException($"{set.Name} has no molecule of one part{(network == Options.Variational
                ? $" with at most {MostAtOnce} atoms" : "")}; expected some to learn from.");
        var tokens = new MoleculeTokens(whole);
        var count = options.Count ?? 1000;
        double seconds, difference;
        double? rebuilt = null;
        (Molecule Molecule, int Changed)?[] all;
        if (network == Options.Variational)
        {
            Console.WriteLine($"  {whole.Length:N0} of {set.Molecules.Length:N0} molecules have at most {MostAtOnce} atoms");
            var drawn = VariationalDecoder.Run(ml, [.. whole.Select(tokens.Parts)], count, $"{Options.Molecules}-{network}", seed,
                options);
            Console.WriteLine($"  {drawn.Rebuilt:0.000} of them are given again from their own numbers");
            all = [.. drawn.Graphs.Select(graph => graph is null ? null : tokens.Decode(graph))];
            (seconds, difference, rebuilt) = (drawn.Seconds, drawn.Difference, drawn.Rebuilt);
        }
        else
        {
            var written = Writer.Run(ml, [.. whole.Select(tokens.Encode)], tokens.Count, count, (256, 8, 3e-3f), Options.Molecules, network,
                seed, options);
            all = [.. written.Sequences.Select(row => row is null ? null : tokens.Decode(row))];
            (seconds, difference) = (written.Seconds, written.Difference);
        }
        var decoded = all.OfType<(Molecule Molecule, int Changed)>().ToArray();
        string[] smiles = [.. decoded.Select(one => one.Molecule.ToSmiles())];
        SmallGraph[] made = [.. smiles.Where(MoleculeSet.IsValid).Select(one => MoleculeSet.Graph(Molecule.Parse(one).Kekulized()))];
        SmallGraph[] learned = [.. (network == Options.Variational ? whole : set.Molecules).Select(MoleculeSet.Graph)],
            sample = [.. learned];
        new Random(0).Shuffle(sample);
        var half = Math.Min(sample.Length / 2, 500);
        Console.WriteLine($"  {string.Join("  ", smiles.Take(8))}");
        WholeFile.Write(Path.Combine(options.Folder, $"molecules-{network}.smi"), string.Concat(smiles.Select(one => one + "\n")));
        GraphPicture.Write(Path.Combine(options.Folder, $"molecules-{network}.svg"), $"molecules, made by {network}",
            made.Take(Shown));
        return Measure(Options.Molecules, set.Name, made, count, _ => true, sample[..half], sample[half..(2 * half)], seconds, difference,
            learned) with
        {
            Unchanged = (double)decoded.Count(one => one.Changed == 0) / count, Rebuilt = rebuilt,
        };
    }

    private static Result Measure(string task, string data, SmallGraph[] made, int asked, Func<SmallGraph, bool> isValid,
        SmallGraph[] learned, SmallGraph[] others, double seconds, double difference, SmallGraph[]? known = null)
    {
        SmallGraph[] valid = [.. made.Where(isValid)];
        HashSet<ulong> old = [.. (known ?? learned).Select(graph => graph.Fingerprint())],
            different = [.. valid.Select(graph => graph.Fingerprint())];
        static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
        var nothing = new Discrepancy(1, 1, 1);
        return new(task, data, (double)valid.Length / asked, Share(different.Count(one => !old.Contains(one)), different.Count),
            Share(different.Count, valid.Length), made.Length == 0 ? nothing : Discrepancy.Between([.. made.Take(learned.Length)], others),
            Discrepancy.Between(learned, others), seconds, difference);
    }
}
