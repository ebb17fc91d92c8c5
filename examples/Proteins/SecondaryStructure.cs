using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using Proteins.Data;

namespace Proteins;

/// <summary>Tags each residue of a chain with its secondary structure: the mean of a few networks.</summary>
internal static class SecondaryStructure
{
    // The eight states are learned, where they are known, and their probabilities added up to three.
    private const string Three = "HEC";

    /// <summary>What was reached: shares of residues with the right one of three states.</summary>
    /// <param name="Q3">Of the mean of all networks.</param>
    /// <param name="Single">Of one network, the mean.</param>
    /// <param name="Validation">Of the mean of all networks, on the chains that chose the epochs.</param>
    /// <param name="Recall">Of the residues of each state of HEC, the share found.</param>
    /// <param name="Seconds">For all networks.</param>
    /// <param name="Difference">The largest one of an exported file to its training graph.</param>
    internal sealed record Result(double Q3, double Single, double Validation, double[] Recall, double Seconds, double Difference);

    internal static Result Run(MLContext ml, ChainData data, string network, int seed, Options options)
    {
        var clock = Stopwatch.StartNew();
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.States));
        var all = ml.Data.LoadFromEnumerable(data.Train.Select(Row.Of));
        // A state that isn't known is a class of its own, whose probability is left out.
        var keys = pipeline.Fit(ml.Data.LoadFromEnumerable(data.Train.Concat(data.Validation).Select(Row.Of)));
        var training = keys.Transform(all);
        var validation = keys.Transform(ml.Data.LoadFromEnumerable(data.Validation.Select(Row.Of)));
        var test = keys.Transform(ml.Data.LoadFromEnumerable(data.Test.Select(Row.Of)));
        float[][][] Blank(Chain[] chains) => [.. chains.Select(chain => Enumerable.Range(0, chain.Length).Select(_ => new float[3])
            .ToArray())];
        var (ofTest, ofValidation, single, difference) = (Blank(data.Test), Blank(data.Validation), 0d, 0d);
        var members = options.Members ?? 3;
        for (var member = 0; member < members && !options.StopToken.IsCancellationRequested; member++)
        {
            using var model = ml.Sequences().Tagging(new()
            {
                SequenceColumnName = nameof(Row.Residues),
                FeatureCount = Residues.Width,
                Network = SecondaryNetworks.All[network](options.Hidden ?? 96, options.Layers ?? 2, options.Dropout ?? 0.4f),
                Epochs = options.Epochs ?? 12,
                BatchSize = options.BatchSize ?? 16,
                LearningRate = options.LearningRate ?? 0.002f,
                Optimizer = new AdamW { WeightDecay = options.WeightDecay ?? 0.01f },
                Schedule = LearningRateSchedule.Cosine(),
                GradientClipNorm = 1,
                ValidationData = validation,
                EarlyStoppingPatience = 4,
                Seed = 1000 * seed + member,
                Target = ExecutionTarget.Cpu(options.Threads),
                OnEpoch = Examples.EpochLines.Every(4),
                StopToken = options.StopToken,
                CancellationToken = options.CancellationToken,
            }).Fit(training);
            Add(model.Transform(validation), ofValidation);
            var own = Blank(data.Test);
            Add(model.Transform(test), own);
            Sum(own, ofTest);
            single += Q3(data.Test, own).Q3;
            difference = Math.Max(difference, model.Info.Verification!.LargestDifference);
            model.ExportToOnnx(Path.Combine(options.Folder, $"{network}-{member + 1}.onnx"));
            Examples.LossCurves.Write(Path.Combine(options.Folder, $"{network}-{member + 1}-loss"),
                $"{data.Name}, {network} {member + 1}: loss", "nats per residue", model.History.Epochs);
            Console.WriteLine($"  {network} {member + 1} of {members}: Q3 {Q3(data.Test, own).Q3:0.0000}, validation "
                + $"{Q3(data.Validation, ofValidation).Q3:0.0000} together, {clock.Elapsed.TotalSeconds:0} s");
        }
        var (q3, recall) = Q3(data.Test, ofTest);
        return new(q3, single / members, Q3(data.Validation, ofValidation).Q3, recall, clock.Elapsed.TotalSeconds, difference);
    }

    // Adds the probabilities of the three states, of as many as the model knows.
    private static void Add(IDataView scored, float[][][] to)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["PredictedLabel"].Annotations.GetValue("KeyValues", ref names);
        int[] of = [.. names.DenseValues().Select(name => Three.IndexOf(Chain.Merged(name.Span[0])))];
        foreach (var (row, scores) in scored.GetColumn<float[]>("Score").Index())
            for (var i = 0; i < scores.Length; i++)
                if (of[i % of.Length] >= 0)
                    to[row][i / of.Length][of[i % of.Length]] += scores[i];
    }

    private static void Sum(float[][][] own, float[][][] all)
    {
        foreach (var (row, residues) in own.Index())
            foreach (var (residue, states) in residues.Index())
                for (var state = 0; state < 3; state++)
                    all[row][residue][state] += states[state];
    }

    /// <summary>The share of residues with the right state, and of those of each state.</summary>
    internal static (double Q3, double[] Recall) Q3(Chain[] chains, float[][][] scores)
    {
        int[] right = new int[3], count = new int[3];
        foreach (var (row, chain) in chains.Index())
            for (var i = 0; i < chain.Length; i++)
                if (Three.IndexOf(chain.States![i]) is >= 0 and var state)
                {
                    count[state]++;
                    right[state] += scores[row][i].Max() == scores[row][i][state] ? 1 : 0;
                }
        return (right.Sum() / (double)count.Sum(), [.. right.Zip(count, (some, of) => some / (double)Math.Max(1, of))]);
    }

    /// <summary>A chain as a row of the data view.</summary>
    internal sealed class Row
    {
        /// <summary>[residues × numbers].</summary>
        public float[] Residues { get; set; } = [];

        public string[] States { get; set; } = [];

        internal static Row Of(Chain chain) => new()
        {
            Residues = Proteins.Data.Residues.Of(chain.Sequence),
            States = [.. (chain.Dssp ?? chain.States)!.Select(state => state.ToString())],
        };
    }
}
