using Examples;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Proteins.Data;

namespace Proteins;

/// <summary>Tells distances between residues from the sequence, as bins, and so which are in contact.</summary>
internal static class ContactMaps
{
    // Training reads pieces of chains: maps take memory by the square of the length.
    private const int Piece = 80;

    /// <summary>What was reached.</summary>
    /// <param name="Precision">Of each range, precision@L/5.</param>
    /// <param name="Seconds">For training.</param>
    /// <param name="Difference">The largest one of the exported file to its training graph.</param>
    internal sealed record Result(double[] Precision, double Seconds, double Difference);

    internal static Result Run(MLContext ml, ChainData data, int seed, Options options)
    {
        var random = new Random(seed);
        var keys = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Bins), keyData: ml.Data.LoadFromEnumerable(
            Contacts.Bins.Select(bin => new BinName { Name = bin }))).Fit(ml.Data.LoadFromEnumerable<Row>([new()]));
        IDataView Rows(IEnumerable<Row> rows) =>
            keys.Transform(ml.Data.LoadFromEnumerable(rows.Where(row => row.Pairs.Length > 0).ToList()));
        var training = Rows(data.Train.SelectMany(chain => Pieces(chain, random)));
        var validation = Rows(data.Validation.SelectMany(chain => Pieces(chain, new(1))));
        var clock = Stopwatch.StartNew();
        var width = options.Hidden ?? 32;
        using var model = ml.Sequences().Tagging(new SequenceTaggingTrainer.Options
        {
            SequenceColumnName = nameof(Row.Pairs),
            Inputs = [InputColumn.Series(nameof(Row.Residues), Residues.Width)],
            Network = SequenceNetwork.PairMap(SequenceNetwork.Lstm(width, bidirectional: true), new()
            {
                Channels = width / 2, Blocks = options.Layers ?? 4, Dropout = options.Dropout ?? 0.1f,
            }),
            GradientClipNorm = 1,
            ValidationData = validation,
        }.With(options, seed, new(5, 8, 0.003f, LinesEvery: 1))).Fit(training);
        var seconds = clock.Elapsed.TotalSeconds;
        Chain[] test = [.. data.Test.Where(chain => Contacts.Known(chain).Any())];
        var scored = model.Transform(Rows(test.Select(chain => Row.Of(chain, Contacts.All(chain.Length)))));
        Dictionary<(int, int), float[]>[] maps = [.. scored.GetColumn<float[]>("Score").Zip(test, (scores, chain) =>
            Contacts.All(chain.Length).Zip(scores.Chunk(Contacts.Bins.Length)).ToDictionary(pair => pair.First, pair => pair.Second))];
        bool[] isContact = [.. Contacts.Bins.Select(Contacts.IsContact)];
        double Probability(int chain, (int, int) pair) => maps[chain][pair].Where((_, bin) => isContact[bin]).Sum();
        model.ExportToOnnx(Path.Combine(options.Folder, "contacts.onnx"));
        LossCurves.Write(Path.Combine(options.Folder, "contacts-loss"), $"{data.Name}, contacts: loss", "nats per pair",
            model.History.Epochs);
        ContactPicture.Write(options.Folder, test, maps, Probability);
        return new([.. Contacts.Ranges.Select(range => Contacts.Precision(test, Probability, range.From, range.To))], seconds,
            model.Info.Verification!.LargestDifference);
    }

    // Pieces of a chain with all their pairs, one for each so many residues it has.
    private static IEnumerable<Row> Pieces(Chain chain, Random random)
    {
        for (var i = 0; i <= (chain.Length - 1) / Piece / 2 + 1; i++)
        {
            var size = Math.Min(Piece, chain.Length);
            var from = random.Next(chain.Length - size + 1);
            yield return Row.Of(chain.Piece(from, size), null);
            if (size == chain.Length)
                break;
        }
    }

    private sealed class BinName
    {
        public string Name { get; set; } = "";
    }

    /// <summary>A chain as a row of the data view.</summary>
    private sealed class Row
    {
        /// <summary>[residues × numbers].</summary>
        public float[] Residues { get; set; } = [];

        /// <summary>[pairs × 2].</summary>
        [VectorType(0, 2)]
        public float[] Pairs { get; set; } = [];

        /// <summary>The bin of each pair's distance.</summary>
        public string[] Bins { get; set; } = [];

        /// <param name="chain">The chain.</param>
        /// <param name="asked">The pairs to score; null for those whose distance is known.</param>
        internal static Row Of(Chain chain, IEnumerable<(int First, int Second)>? asked)
        {
            (int First, int Second)[] pairs = [.. asked ?? Contacts.Known(chain)];
            return new()
            {
                Residues = Data.Residues.Of(chain.Sequence),
                Pairs = [.. pairs.SelectMany(pair => (float[])[pair.First, pair.Second])],
                Bins = asked is not null ? [.. pairs.Select(_ => Contacts.Bins[0])]
                    : [.. pairs.Select(pair => Contacts.Bin(chain.Distance(pair.First, pair.Second)))],
            };
        }
    }
}
