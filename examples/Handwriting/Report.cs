using Examples;

namespace Handwriting;

/// <summary>What is printed at the end, and the figures for programs.</summary>
internal static class Report
{
    internal static void Summary(IReadOnlyList<Result> results, string folder)
    {
        Console.WriteLine();
        Console.WriteLine(results[0].Data);
        if (results.Any(result => result.Tests.Count > 0))
            Console.WriteLine($"  {"network",-9}{"seed",5}  {"test",-16}{"CER",8}{"lines wrong",13}{"CER, beam",11}{"trained s",11}");
        foreach (var result in results)
            foreach (var test in result.Tests)
                Console.WriteLine($"  {result.Network,-9}{result.Seed,5}  {test.Name,-16}{test.Greedy.CharacterErrorRate,8:P2}"
                    + $"{test.Greedy.RowErrorRate,13:P1}{test.Beam.CharacterErrorRate,11:P2}{result.TrainSeconds,11:0.0}");
        if (results.Any(result => result.Tests.Count > 0))
            Console.WriteLine("  (beam: prefix beam search with a 4-gram model of the training texts' characters)");
        Console.WriteLine($"Models and pictures are in {folder}");
    }

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void WriteJson(string path, IReadOnlyList<Result> results)
    {
        var figures = new Figures(results[0].Data, results[0].Network, results[0].Seed);
        foreach (var network in results.GroupBy(result => result.Network))
        {
            var first = network.First();
            figures.Add(network.Key, "task", first.Tests.Count > 0 ? "alignment" : "generation");
            foreach (var (test, i) in first.Tests.Select((test, i) => (test.Name, i)))
            {
                var name = i == 0 ? "" : "_" + test;
                figures.Add(network.Key, "cer" + name, network.Average(result => result.Tests[i].Greedy.CharacterErrorRate));
                figures.Add(network.Key, "wer" + name, network.Average(result => result.Tests[i].Greedy.RowErrorRate));
                figures.Add(network.Key, "beam_cer" + name, network.Average(result => result.Tests[i].Beam.CharacterErrorRate));
            }
            if (first.Tests.Count > 0)
            {
                figures.Add(network.Key, "train_seconds", network.Average(result => result.TrainSeconds));
                figures.Add(network.Key, "epochs", network.Max(result => result.Epochs));
                figures.Add(network.Key, "onnx_max_difference", network.Max(result => result.OnnxMaxDifference));
            }
            if (first.Writer is not null)
            {
                var prefix = first.Tests.Count > 0 ? "writer_" : "";
                figures.Add(network.Key, prefix + "train_seconds", network.Average(result => result.Writer!.TrainSeconds));
                figures.Add(network.Key, prefix + "onnx_max_difference", network.Max(result => result.Writer!.OnnxMaxDifference));
                figures.Add(network.Key, "nats_per_point", network.Average(result => result.Writer!.NatsPerPoint));
                figures.Add(network.Key, "ended", network.Average(result => result.Writer!.Ended));
                if (first.Writer.Rates is not null)
                    figures.Add(network.Key, "written_cer", network.Average(result => result.Writer!.Rates!.CharacterErrorRate));
            }
            figures.Add(network.Key, "seeds", network.Count());
        }
        figures.Write(path);
    }
}
