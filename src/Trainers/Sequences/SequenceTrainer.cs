using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network on a column of sequences. There is a derived trainer for each kind of label.</summary>
public abstract class SequenceTrainer : NetworkTrainer<SequencePredictionTransformer>, IEstimator<SequencePredictionTransformer>
{
    // Changed copies of each row that an output layer in closed form is fitted to, beside the row itself.
    private const int CopiesOfRows = 3;

    private readonly SequenceTrainerOptions _options;

    private protected SequenceTrainer(MLContext ml, SequenceTrainerOptions options) : base(ml, options) => _options = options;

    private protected override IEnumerable<string> KeyColumns =>
        [LabelColumnName, _options.SequenceColumnName, .. Inputs.Select(input => input.ColumnName)];

    private Pooling Pooling => (_options as IPoolingOptions)?.Pooling ?? Pooling.Last;

    private protected abstract LabelTask MakeTask();

    private protected virtual string LabelColumnName => _options.LabelColumnName;

    /// <summary>Whether NaN is a missing number of the main column.</summary>
    private protected virtual bool AllowsMissing => _options.AllowMissingValues;

    /// <summary>What hides numbers of each batch; null for nothing.</summary>
    private protected virtual HiddenSteps? Hidden => null;

    /// <summary>What is read beside the main column.</summary>
    private protected virtual IReadOnlyList<InputColumn> Inputs => _options.Inputs;

    private protected virtual SequenceNetwork Network => _options.Network;

    /// <summary>The input's columns and those the trained model adds: predicted label, scores.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireSequence(_options.SequenceColumnName);
        var task = MakeTask();
        var predicted = task.OutputColumns(inputSchema);
        inputSchema.RequireFurther(Inputs, _options.ExampleWeightColumnName);
        return inputSchema.With(predicted, _options,
            hasPooling: !task.Task.ReadsSteps() && Pooling == Pooling.Attention);
    }

    private protected override TrainingPlan<SequencePredictionTransformer> Prepare(IDataView trainingData, IDataView? validationData)
    {
        var (task, cancel) = (MakeTask(), _options.CancellationToken);
        trainingData.Schema.Require(LabelColumnName);
        trainingData.Schema.Require(_options.SequenceColumnName);
        SubsampledSteps.RequireFor(Network, task.Task);
        var label = task.Find(trainingData.Schema).WithSubsampling(Network.Subsampling);
        var image = Network.Image;
        image?.Check(trainingData.Schema[_options.SequenceColumnName]);
        var features = _options.FeatureCount ?? image?.Channels ?? Network.FeatureCount;
        var sequence = SequenceColumn.FromData(trainingData, _options.SequenceColumnName, features, _options.VocabularySize, cancel)
            .WithMaximumLength(Network.MaximumLength).WithImage(image)
            .WithMissingRows(Network.AllowsMissing).WithMissing(MayMiss(trainingData.Schema)).WithPairs(Network.PairInputs)
            .StartingFrom(_options.TokenVectors, trainingData.Schema);
        if (Network.ReadsTokens && sequence.Kind != SequenceKind.Tokens)
            throw new ArgumentException($"Column '{sequence.Name}' is {sequence.Type}, but the network '{Network.Name}' reads "
                + "tokens: expected a vector of keys, Int32 or Int64.");
        _options.Pretrained?.CheckVocabulary(trainingData.Schema, sequence);
        var isPerStep = task.Task.ReadsSteps();
        var sides = SideInput.Bind(Inputs, trainingData.Schema, isPerStep, Network);
        SideInput.CheckVocabularies(Inputs, sides, sequence, trainingData.Schema);
        RequirePairs(sequence);
        var columns = new SequenceColumns(sequence, label, _options.ExampleWeightColumnName) { Sides = sides };
        var training = new SequenceBatchSource(trainingData, columns, _options.Batches(shuffle: true));
        var validation = validationData is null ? null : new SequenceBatchSource(
            validationData, columns, _options.Batches(shuffle: false), "validation");
        var statistics = SequenceStatistics.Of(training, columns, cancel);
        // Reads as many rows as fit into memory, so that bad ones are found now and not after an epoch.
        validation?.ReadEpoch(0, cancel).First();
        var scaling = _options.Standardize && sequence.Kind == SequenceKind.Real && sequence.PairInputs == 0 ? statistics.Features : null;
        var head = task.MakeHead(label, statistics.Labels!);
        var network = Network.For(new(training, sequence, scaling, statistics.Longest, _options.Seed)
        {
            Needs = isPerStep ? "each step has a label" : AllowsMissing ? $"{nameof(_options.AllowMissingValues)} is set"
                : _options.OutputAttention ? $"{nameof(_options.OutputAttention)} is set" : null,
            NotLinear = NotLinear(head),
            HasClasses = head.HasProbabilities && !isPerStep,
            SideStarts = statistics.SideStarts,
            CancellationToken = cancel,
        });
        var main = new SequenceInput(sequence, scaling, _options.EmbeddingSize) { IsRaw = network.ReadsTokens };
        var model = new SequenceNetworkModel(
            main, network, head,
            new(Pooling, _options.OutputDropout), _options.InputDropout, columns.WeightColumnName is not null, _options.OutputAttention)
        {
            OutputsVector = _options.OutputVector,
            Augmenter = Augmenter(sequence, sides, statistics.Features, isPerStep),
            Hidden = Hidden,
            MeanCount = head.IsPerStep ? (Hidden?.Fraction ?? 1) * head.CountOf(statistics.Labels!) / statistics.Rows : null,
            Sides = [.. Inputs.Select((input, i) => new SideInput(
                new(sides[i], input.Standardize && input.Kind.IsReal() ? statistics.Sides[i] : null, input.SizeFor(sides[i].TokenCount))
                {
                    Main = input.SharesVectors ? main : null,
                },
                SideInput.PlacementOf(input, isPerStep, Network)))],
        };
        if (Network.ReadsTokens && model.Sides.FirstOrDefault(side => side.Placement == InputPlacement.Steps) is { } beside)
            throw new ArgumentException($"The input '{beside.Name}' is placed beside each step, but the network '{Network.Name}' "
                + $"reads token ids: expected {nameof(InputColumn.Placement)}.{nameof(InputPlacement.Summary)}.");
        SubsampledSteps.Check(model);
        if (_options.OutputAttention || _options.OutputVector || Inputs.Any(input => input.MustBeRead))
            model.Predict(new(new ParameterSet(), NetworkMode.Evaluation));     // fails before training where there is none
        if (Inputs.FirstOrDefault(input => input.MustBeRead && model.UnreadInputs.Contains(input.Name)) is { } unread)
            throw new ArgumentException($"The network '{Network.Name}' does not read column '{unread.ColumnName}': expected "
                + $"{nameof(SequenceNetwork)}.{nameof(SequenceNetwork.Multimodal)}, or one of your own that reads "
                + $"{nameof(Sequence)}.{nameof(Sequence.Inputs)}.");
        var labels = task.Task.HasClasses() ? ModelLabels.Of(trainingData.Schema[label.Name]) : null;
        var trained = Build(model.Train);
        _options.Pretrained?.CopyTo(trained.Parameters, model);
        return new(trained, TrainingData.Of(training, validation, source => BatchedRows.Of(source, _options, model.Feed)),
            string.Create(CultureInfo.InvariantCulture,
                $"{network.Name}, {trained.Parameters.Count:N0} parameters; {training.RowCount:N0} rows, "
                    + $"{ScoringInput.Describe(ModelInput.Of(sequence))}{Chosen(network)}"),
            history => SequencePredictionTransformer.Create(task.Task, model, trained.Parameters, labels, history, _options,
                LogScoring), training,
                validation)
        {
            Hints = [.. Hints(model, trainingData.Schema)],
            ConstantLoss = model.Head.ConstantLoss,
            Readout = network.Readout is { } readout ? new(readout, head, training.RowsRead,
                _options.Augmentation is null ? 0 : CopiesOfRows) : null,
        };
    }

    // Pairs are of the first further columns, which the network reads.
    private void RequirePairs(SequenceColumn sequence)
    {
        if (sequence.PairInputs is not (> 0 and var count))
            return;
        if (sequence.Kind != SequenceKind.Real)
            throw new ArgumentException($"Column '{sequence.Name}' is {sequence.Type}, but the network '{Network.Name}' reads "
                + "pairs: expected a vector of Single, two numbers of steps for each.");
        if (Inputs.Count != count || Inputs.Any(input => input.Kind.IsRow() || input.Shape is not null
            || input.Placement is not (null or InputPlacement.Network)))
            throw new ArgumentException($"{nameof(_options.Inputs)} are {Inputs.Count}: the network '{Network.Name}' "
                + $"reads pairs of steps of {count} series or tokens; expected as many, and no others.");
    }

    // What changes training rows, where they can be changed as asked.
    private SeriesAugmenter? Augmenter(SequenceColumn sequence, IReadOnlyList<SequenceColumn> sides, Moments features, bool isPerStep)
    {
        if (_options.Augmentation is not { } augmentation)
            return null;
        void Requires(bool holds, string found, string expected) =>
            TrainingOptions.Check(nameof(_options.Augmentation), holds, found, expected);
        Requires(sequence.Kind == SequenceKind.Real, $"set, but column '{sequence.Name}' is {sequence.Type}",
            "null for tokens: it changes real-valued series");
        Requires(!augmentation.MovesSteps || !isPerStep, $"{augmentation}, but each step has a label",
            $"a {nameof(augmentation.Crop)} and a {nameof(augmentation.TimeWarp)} of 0: they move steps");
        Requires(!augmentation.MovesSteps || !sides.Any(side => side.MatchesSteps),
            $"{augmentation}, but further inputs stand beside each step",
            $"a {nameof(augmentation.Crop)} and a {nameof(augmentation.TimeWarp)} of 0: they move steps");
        return new(augmentation, features, _options.Seed);
    }

    private bool MayMiss(DataViewSchema schema) => !AllowsMissing ? false
        : schema[_options.SequenceColumnName].Type is VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw } }
            && raw == typeof(float) ? true
        : throw new ArgumentException($"Column '{_options.SequenceColumnName}' is {schema[_options.SequenceColumnName].Type}, but "
            + $"{nameof(_options.AllowMissingValues)} is set; expected a vector of Single, or false: an unknown token is a missing one.");

    // Why an output layer can't be solved for.
    private string? NotLinear(Head head) => Pooling == Pooling.Attention ? $"{nameof(Pooling)} is {nameof(Pooling.Attention)}"
        : _options.Pretrained is not null ? $"{nameof(_options.Pretrained)} weights are trained further"
        : Inputs.Count > 0 ? "further inputs are read by layers of their own"
        : head.NotLeastSquares;

    private string Chosen(SequenceNetwork network) => Network is NetworkBySize
        ? $"; the network was chosen by kind and number of rows, {nameof(Network)} sets another" : "";

    private IEnumerable<string> Hints(SequenceNetworkModel model, DataViewSchema schema)
    {
        foreach (var column in model.Sides.Select(side => side.Input.Column).Prepend(model.Input.Column))
            if (column.Start is { } start && start.Found < column.TokenCount - 1)
                yield return $"Column '{column.Name}': {start.Found:N0} of {column.TokenCount - 1:N0} tokens have vectors to start from; "
                    + $"the others {(start.IsFrozen ? "have zeros, for ever" : "start from random ones")}.";
        if (model.UnreadInputs is [_, ..] unread)
            yield return $"The network '{Network.Name}' does not read {string.Join(", ", unread.Select(name => $"'{name}'"))}: "
                + $"read inputs by {nameof(Sequence)}.{nameof(Sequence.Inputs)}, or don't set their {nameof(InputColumn.Placement)}.";
        // Concatenated columns follow one another, each with all its steps, which is not the order of steps.
        if (_options.FeatureCount > 1 && schema[_options.SequenceColumnName].Type
            is VectorDataViewType { IsKnownSize: true, Dimensions.Length: 1 } plain)
            yield return $"Column '{_options.SequenceColumnName}' is {plain}, which is read as {plain.Size / _options.FeatureCount} steps "
                + $"of {_options.FeatureCount} features, the first step's first. Series that were joined by Concatenate are in another "
                + $"order: give one of them as {nameof(_options.SequenceColumnName)} and the others as {nameof(_options.Inputs)}, by "
                + $"{nameof(InputColumn)}.{nameof(InputColumn.Series)}.";
    }
}
