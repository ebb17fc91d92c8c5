using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Fits hidden Markov models to sequences of symbols or vectors (Rabiner 1989).</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (symbols), or of Single (features, time-major), of fixed or
/// varying length. Unknown symbols say nothing.</description></item>
/// <item><term>Label</term><description>Tagging: a vector of keys, one per step. Classification: a key. Otherwise
/// none.</description></item>
/// <item><term>Output</term><description>States and tagging: <c>PredictedLabel</c>, the most probable path, a vector of keys; <c>Score</c>,
/// the states' probabilities in each step, steps × states. Classification and clustering: <c>PredictedLabel</c>, a key; <c>Score</c>, the
/// classes' probabilities.</description></item>
/// <item><term>Loss</term><description>The likelihood, raised by Baum-Welch steps; of tags by counting.</description></item>
/// <item><term>Normalization needed</term><description>No.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, as loops of standard operators that are compared with the computation in double
/// precision; with the output <c>LogLikelihood</c> of each row.</description></item>
/// </list>
/// </remarks>
public sealed class HiddenMarkovEstimator : StateSpaceEstimator<HiddenMarkovTransformer>
{
    private readonly Options _options;

    internal HiddenMarkovEstimator(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the estimator.</summary>
    public sealed class Options : StateSpaceOptions
    {
        /// <summary>What the models are used for: the states of steps, by default.</summary>
        public HiddenMarkovUse Use { get; set; }

        /// <summary>The column of labels, where there are some.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>Number of clusters, 2 by default.</summary>
        public int Clusters { get; set; } = 2;

        /// <summary>
        /// How each model is fitted, with a pseudo count of 0.01, so that no symbol is impossible. For tagging the number of states is that
        /// of the tags.
        /// </summary>
        public HiddenMarkovOptions Model { get; set; } = new() { PseudoCount = 0.01 };

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            TrainingOptions.Defined(nameof(Use), Use);
            Named(nameof(LabelColumnName), LabelColumnName);
            TrainingOptions.Check(nameof(Clusters), Clusters >= 1, Clusters, "at least 1");
            NotNull(nameof(Model), Model);
            Model.Check();
        }
    }

    private protected override DataViewSchema OutputColumns(SchemaShape inputSchema) => _options.Use switch
    {
        HiddenMarkovUse.States => PredictionColumns.StepClasses(null),
        HiddenMarkovUse.Tagging =>
            PredictionColumns.StepClasses(inputSchema.RequireLabel(_options.LabelColumnName, SequenceLabelKind.StepClasses)),
        HiddenMarkovUse.Classification =>
            PredictionColumns.Classes(inputSchema.RequireLabel(_options.LabelColumnName, SequenceLabelKind.Class)),
        _ => PredictionColumns.Classes(null),
    };

    private protected override SequenceLabel? FindLabel(DataViewSchema schema) => _options.Use switch
    {
        HiddenMarkovUse.Tagging => SequenceLabel.StepClasses(schema, _options.LabelColumnName),
        HiddenMarkovUse.Classification =>
            SequenceLabel.Class(schema, _options.LabelColumnName) is { Type: Microsoft.ML.Data.KeyDataViewType }
            label ? label : throw new ArgumentException($"Column '{_options.LabelColumnName}' is "
                + $"{schema[_options.LabelColumnName].Type}: expected a key; map it with MapValueToKey."),
        _ => null,
    };

    private protected override HiddenMarkovTransformer Fit(SequenceRows rows, DataViewSchema schema, SequenceScoringOptions scoring,
        Action<string> log)
    {
        ObservedSequence[] sequences = [.. Enumerable.Range(0, rows.Count).Select(row => Observed(rows, row))];
        var column = rows.Columns.Sequence;
        int? symbols = column.Kind.IsReal() ? null : column.TokenCount - 1;
        var (fitted, models, shares, reached) = _options.Use switch
        {
            HiddenMarkovUse.States => OfStates(sequences, column, symbols),
            HiddenMarkovUse.Tagging => OfTags(rows, sequences, symbols, ModelLabels.Of(schema[_options.LabelColumnName])),
            HiddenMarkovUse.Classification => OfClasses(rows, sequences, symbols, ModelLabels.Of(schema[_options.LabelColumnName])),
            _ => OfClusters(sequences, column, symbols),
        };
        var result = new HiddenMarkovTransformer(fitted.ToFile(), scoring, models, shares, reached, sequences.Sum(x => (long)x.Steps));
        log(string.Create(CultureInfo.InvariantCulture,
            $"{models.Count} hidden Markov model(s) of {models[0].States} states; {rows.Count:N0} rows, log likelihood "
            + $"{reached[^1]:N1} after {reached.Count - 1} steps, AIC {result.Aic:N1}, BIC {result.Bic:N1}"));
        return result;
    }

    private (FittedSequenceModel, IReadOnlyList<HiddenMarkovModel>, double[], IReadOnlyList<double>) OfStates(
        ObservedSequence[] sequences, SequenceColumn column, int? symbols)
    {
        var fit = BaumWelch.Fit(sequences, _options.Model, symbols, _options.CancellationToken);
        return (HiddenMarkovDeployment.OfStates(column, fit.Model, new(fit.Model.States)), [fit.Model], [1], fit.LogLikelihoods);
    }

    private (FittedSequenceModel, IReadOnlyList<HiddenMarkovModel>, double[], IReadOnlyList<double>) OfTags(
        SequenceRows rows, ObservedSequence[] sequences, int? symbols, ModelLabels labels)
    {
        int[][] paths = [.. Enumerable.Range(0, rows.Count).Select(row => rows.Labels.Classes(row).ToArray())];
        var model = BaumWelch.Count(sequences, paths, _options.Model with { States = labels.Count, TransitionMask = null }, symbols);
        return (HiddenMarkovDeployment.OfStates(rows.Columns.Sequence, model, labels), [model], [1],
            [sequences.Sum(model.LogLikelihood)]);
    }

    private (FittedSequenceModel, IReadOnlyList<HiddenMarkovModel>, double[], IReadOnlyList<double>) OfClasses(
        SequenceRows rows, ObservedSequence[] sequences, int? symbols, ModelLabels labels)
    {
        var shares = new double[labels.Count];
        var models = new HiddenMarkovModel[labels.Count];
        var reached = 0.0;
        for (var label = 0; label < labels.Count; label++)
        {
            ObservedSequence[] own = [.. sequences.Where((_, row) => rows.Labels.Classes(row)[0] == label)];
            shares[label] = (double)own.Length / sequences.Length;
            // A class without rows is never predicted; its model stands for one.
            var fit = BaumWelch.Fit(own.Length > 0 ? own : sequences, _options.Model, symbols, _options.CancellationToken);
            models[label] = fit.Model;
            reached += own.Length > 0 ? fit.LogLikelihood : 0;
        }
        return (HiddenMarkovDeployment.OfClasses(rows.Columns.Sequence, models, shares, labels), models, shares, [reached]);
    }

    private (FittedSequenceModel, IReadOnlyList<HiddenMarkovModel>, double[], IReadOnlyList<double>) OfClusters(
        ObservedSequence[] sequences, SequenceColumn column, int? symbols)
    {
        var (models, shares, reached) = HiddenMarkovMixture.Fit(sequences, _options.Clusters, _options.Model, symbols,
            _options.CancellationToken);
        return (HiddenMarkovDeployment.OfClasses(column, models, shares, new(models.Length)), models, shares, reached);
    }
}
