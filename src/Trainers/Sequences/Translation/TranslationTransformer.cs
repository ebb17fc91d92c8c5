using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained translator in a pipeline. It adds <c>PredictedLabel</c>, a vector of keys with the target's values, and <c>Score</c>,
/// Single: the value that beam search ranks by, the translation's log-probability in nats divided by the length penalty; without beams
/// the log-probability itself. With <see cref="NetworkTrainerOptions.OutputAttention"/> also <c>Attention</c>, a vector of Single: how
/// much each token of <c>PredictedLabel</c> looked at each token or step of the source, or at each position or patch of a picture,
/// [written × source], those of the first one first; of n steps there are ⌈n / <see cref="SequenceNetwork.Subsampling"/>⌉.
/// </summary>
/// <remarks><inheritdoc cref="GenerativeTransformer" path="/remarks"/></remarks>
public sealed class TranslationTransformer : GenerativeTransformer
{
    private readonly BeamOptions _beam;
    private readonly GenerationOptions _generation;

    internal TranslationTransformer(GenerativePayload payload, SequenceScoringOptions scoring) : base(payload, scoring) =>
        (_beam, _generation) = (payload.Info.Generation!.Beam ?? new() { Width = 1 },
            new() { MaximumLength = payload.Info.Generation.MaximumLength, KeepAttention = payload.Info.HasAttention });

    /// <summary>Weights from which another translator can start; null for one that was loaded.</summary>
    internal TranslatorStart? Start { get; private init; }

    private ModelLabels Labels => Info.Labels!;

    internal static TranslationTransformer Create(
        GenerativeNetwork network, ParameterSet parameters, SequenceColumn source, ModelLabels labels, TrainingHistory history,
        TranslationTrainer.Options options, Action<string> log, TranslatorStart start)
    {
        var input = network.Numbers?.Info ?? ModelInput.Of(source.WithMaximumLength(network.Encoder!.MaximumLength));
        var (models, info) = GenerativeModels.Write(network, parameters, options.MaximumLength, verification =>
            new(ModelRows.Sequences, ModelTask.Translation,
                [input, .. network.Sides.Select(side => side.Info)], labels, ModelVersions.Current, verification)
            {
                Generation = new(Beam: new() { Width = options.BeamWidth, LengthPenalty = options.LengthPenalty },
                    MaximumLength: options.MaximumLength),
                HasAttention = options.OutputAttention,
                Subsampling = network.Encoder!.Subsampling is > 1 and var each ? each : null,
            });
        var scoring = options.ScoringWith(log);
        return new(new(models, info, history) { BadRows = scoring.BadRows }, scoring) { Start = start };
    }

    internal override Delegate Getter(DataViewSchema.Column column, Func<GenerativeRow> current) => column.Name switch
    {
        ModelFormat.Score => (ValueGetter<float>)((ref float value) => value = current().Scores[0]),
        ModelFormat.Attention => Numbers(() => current().Attention),
        _ => (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> value) =>
        {
            var tokens = current().Tokens;
            var editor = VBufferEditor.Create(ref value, tokens.Length);
            for (var i = 0; i < tokens.Length; i++)
                editor.Values[i] = (uint)tokens[i];
            value = editor.Commit();
        }),
    };

    private protected override GenerativeRow Missing => new([float.NaN], [], []);

    private protected override GenerativeRow[] Run(IReadOnlyList<GenerativeInput> rows, CancellationToken cancellationToken)
    {
        var written = new GenerativeRow[rows.Count];
        int[] steps = [.. rows.Select(Steps)];
        foreach (var batch in Batches(steps, Scoring.BatchRows, Scoring.BatchSteps))
            foreach (var (row, sequence) in batch.Zip(Translate([.. batch.Select(row => rows[row])], cancellationToken)))
                written[row] = new([(float)sequence.Score], sequence.Tokens, [.. (sequence.Attention ?? []).Take(sequence.Tokens.Length)
                    .SelectMany(looked => Info.Input.Image is null ? looked.Take(Info.Frames(Steps(rows[row]))) : looked)]);
        return written;
    }

    private protected override DataViewSchema AddedColumns()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (Labels is { Type: not null, Values: not null })
            LabelType.Find(Labels.Type)!.AddKeyValues(annotations, Labels.Values);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(
            ModelFormat.PredictedLabel, new VectorDataViewType(new KeyDataViewType(typeof(uint), Labels.Count)),
            annotations.ToAnnotations());
        schema.AddColumn(ModelFormat.Score, NumberDataViewType.Single);
        if (Info.HasAttention)
            schema.AddColumn(ModelFormat.Attention, ScoreColumns.AttentionType);
        return schema.ToSchema();
    }

    private protected override void AddTo(SavedChain chain, byte[] payload)
    {
        if (Info.Sides.Count > 0 || Info.Input.Kind.IsReal())
            chain.AddMapping(TranslationMapping.WithSides.Contract, payload, new TranslationMapping.WithSides());
        else
            chain.AddMapping(TranslationMapping.Contract, payload, new TranslationMapping());
        chain.Add(new KeyEstimator(Labels));
        chain.Add(chain.Transforms.CopyColumns(ModelFormat.Score, SavedTokens.ScoreColumn));
        if (Info.HasAttention)
            chain.Add(chain.Transforms.CopyColumns(ModelFormat.Attention, TranslationMapping.AttentionColumn));
    }

    private IEnumerable<GeneratedSequence> Translate(IReadOnlyList<GenerativeInput> rows, CancellationToken cancellationToken)
    {
        var source = !Info.Input.Kind.IsReal() ? GenerationInput.FromSources([.. rows.Select(row => row.Tokens)])
            : GenerativeInput.Add(GenerationInput.FromPrompts([.. rows.Select(_ => (long[])[Generator.Info.StartToken!.Value])]),
                Info.Input, [.. rows.Select(row => row.Numbers)]);
        var input = GenerativeInput.AddSides(source, Info.Sides, rows);
        return _beam.Width == 1 ? Generator.Greedy(input, _generation, cancellationToken)
            : Generator.BeamSearch(input, _beam, _generation, cancellationToken).Select(found => found[0]);
    }

    private int Steps(GenerativeInput row) => row.Tokens.Length + row.Numbers.Length / Math.Max(1, Info.Input.FeatureCount);

    /// <summary>Turns the numbers that a mapping gives into keys, with ML.NET's own transformers.</summary>
    private sealed class KeyEstimator(ModelLabels labels) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            var (type, values) = LabelType.OrNumbers(labels);
            long[] numbers = [.. Enumerable.Range(0, labels.Count).Select(i => (long)i)];
            return new TransformerChain<ITransformer>([.. type.MapToKeys(new MLContext(), input, numbers, values,
                TranslationMapping.WrittenColumn, SavedChain.Prefix + "value", ModelFormat.PredictedLabel)]);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }
}
