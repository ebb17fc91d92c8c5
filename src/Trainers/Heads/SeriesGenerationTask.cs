using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The distribution of each step of a series, given those before it.</summary>
internal sealed class SeriesGenerationTask(string seriesColumnName, int? featureCount, int binaryFeatures, int components) : LabelTask
{
    internal override ModelTask Task => ModelTask.StepRegression;

    internal override SequenceLabel Find(DataViewSchema schema)
    {
        var series = SequenceColumn.FromSchema(schema, seriesColumnName, featureCount);
        if (series.Kind != SequenceKind.Real)
            throw new ArgumentException($"Column '{seriesColumnName}' is {series.Type}: expected a series, a vector of Single; tokens are "
                + $"written by {nameof(SequencesCatalog)}.{nameof(SequencesCatalog.LanguageModel)}.");
        if (binaryFeatures >= series.FeatureCount)
            throw new ArgumentException($"{nameof(SeriesGenerationTrainer.Options.BinaryFeatures)} is {binaryFeatures}, but column "
                + $"'{seriesColumnName}' has {series.FeatureCount} features per step; expected fewer, or another "
                + $"{nameof(SeriesGenerationTrainer.Options.FeatureCount)}.");
        return SequenceLabel.StepTargets(schema, seriesColumnName, series.FeatureCount, binaryFeatures);
    }

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireTargets();
        statistics.RequireWeight();
        var (mean, deviation) = (statistics.Targets.Mean, statistics.Targets.Deviation);
        var real = mean.Length - binaryFeatures;
        for (var i = real; i < mean.Length; i++)
            (mean[i], deviation[i]) = (0, 1);
        return new DensityHead(new(real, binaryFeatures, components), mean, deviation);
    }

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.RequireLabel(seriesColumnName, SequenceLabelKind.StepTargets);
        return PredictionColumns.StepNumbers();
    }

    /// <summary>
    /// Learns the density of standardized steps; whole rows get their log-density in the units of the data, and a model of the next steps
    /// gives what describes their distribution, in these units too.
    /// </summary>
    private sealed class DensityHead(MixtureLayout layout, float[] mean, float[] deviation) : Head
    {
        private readonly MixtureDensity _density = new(layout);
        private Value _given = null!;

        internal override int Outputs => layout.Count;

        internal override int Scores => 1;

        internal override bool IsPerStep => true;

        internal override double[] StepUnits => Array.ConvertAll(ToUnits().Scale, scale => Math.Max(1.0, scale));

        internal override Sequence Enter(Sequence x)
        {
            _given = x.Given!;
            return x;
        }

        internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights) =>
            Loss(network, logits, null, weights);

        internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? lengths, Value? weights)
        {
            // [batch, time, features], NaN past a row's steps
            var series = network.Input(Labels, ElementType.Float, [logits.Shape[0], logits.Shape[1], mean.Length]);
            var isStep = Op.Equal(series, series);
            var counted = Op.Cast(Op.Squeeze(Op.Slice(isStep, 2, 0, 1), 2), ElementType.Float);
            if (weights is not null)
                counted *= Op.Unsqueeze(weights, 1);
            var density = LogDensity(logits, Op.Where(isStep, series, series.Number(0f)), lengths);
            return new(-Op.ReduceSum(density * counted, keepDims: false) / Op.OrOne(Op.ReduceSum(counted, keepDims: false)),
                [LossCount(counted)]);
        }

        internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) =>
            Predictions(network, logits, null);

        internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits, Value? lengths) =>
            [(ModelFormat.Score, Op.Unsqueeze(LogDensity(logits, _given, lengths) - deviation.Sum(size => Math.Log(size)), 2))];

        internal override IReadOnlyList<(string, Value)> StepPredictions(NetworkBuilder network, Value logits)
        {
            var (scale, shift) = ToUnits();
            return [(ModelFormat.Score, _density.Bounded(logits) * logits.Graph.Vector(scale) + logits.Graph.Vector(shift))];
        }

        private Value LogDensity(Value logits, Value series, Value? lengths)
        {
            var numbers = Op.Range(Op.SizeOf(logits, 1), logits.Shape[1]) + 1L;                          // [time]
            var ends = lengths is null ? Op.SizeOf(logits, 1) + Op.Filled(0L, [logits.Shape[0]], logits) : lengths;
            var isLast = Op.Cast(Op.Equal(numbers, Op.Unsqueeze(ends, 1)), ElementType.Float);
            return _density.LogDensity(_density.Bounded(logits),
                (series - series.Graph.Vector(mean)) / series.Graph.Vector(deviation), isLast);
        }

        // From what describes standardized steps to what describes those of the data.
        private (float[] Scale, float[] Shift) ToUnits()
        {
            var (scale, shift) = (new float[layout.Count], new float[layout.Count]);
            Array.Fill(scale, 1f);
            var pair = layout.Dependences;
            for (var i = 0; i < layout.Real; i++)
            {
                Each(scale, layout.Means + i * layout.Components, deviation[i]);
                Each(shift, layout.Means + i * layout.Components, mean[i]);
                Each(shift, layout.Deviations + i * layout.Components, MathF.Log(deviation[i]));
                for (var j = 0; j < i; j++, pair += layout.Components)
                    Each(scale, pair, 1 / deviation[j]);
            }
            return (scale, shift);

            void Each(float[] of, int from, float number) => Array.Fill(of, number, from, layout.Components);
        }
    }
}
