using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained translator in a pipeline: it reads ahead, translates many rows at a time by beam search, and exports itself as ONNX models. Safe for use by several threads.
/// </summary>
public sealed class TranslationTransformer : ITransformer, IDisposable
{
    private const int RowsAtOnce = 64;

    private readonly GenerativeModels _models;
    private readonly SequenceModelInput _source;
    private readonly SequenceModelLabels _labels;
    private readonly BeamOptions _beam;
    private readonly GenerationOptions _generation;

    private TranslationTransformer(GenerativeModels models, SequenceModelInput source, SequenceModelLabels labels, TrainingHistory history, BeamOptions beam, GenerationOptions generation, ExecutionTarget target)
    {
        (_models, _source, _labels, History, _beam, _generation) = (models, source, labels, history, beam, generation);
        Generator = models.Load(target);
    }

    /// <summary>What training reported, epoch by epoch. The loss is in nats a token: its exponential is the perplexity.</summary>
    public TrainingHistory History { get; }

    /// <summary>How closely the deployed models agreed with the trained network.</summary>
    public SequenceModelVerification Verification => _models.Verification;

    /// <summary>Translates ids, with all options of generation: those of keys are the keys' numbers.</summary>
    public SequenceGenerator Generator { get; }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    internal static TranslationTransformer Create(GenerativeNetwork network, ParameterSet parameters, SequenceColumn source, SequenceModelLabels labels, TrainingHistory history, TranslationTrainer.Options options) =>
        new(GenerativeModels.Write(network, parameters, options.MaximumLength), SequenceModelInput.Of(source), labels, history,
            new() { Width = options.BeamWidth, LengthPenalty = options.LengthPenalty }, new() { MaximumLength = options.MaximumLength }, options.Target);

    /// <summary>
    /// Writes the models into a folder: <c>encoder.onnx</c> and <c>decoder.onnx</c>, which <see cref="SequenceGenerator"/> runs, and <c>greedy.onnx</c>, which takes <c>source</c> [batch, source] and
    /// translates by itself. They were compared with the trained network when they were made.
    /// </summary>
    /// <exception cref="IOException">A file can't be written; an older file of the name is as it was.</exception>
    public void ExportToOnnx(string folder) => _models.Export(folder);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapping(inputSchema).OutputSchema;

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new View(this, input, Mapping(input.Schema));
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Mapping(inputSchema);

    /// <exception cref="NotSupportedException">Always: ML.NET's own transformers have no form for it.</exception>
    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException($"A translator can't be saved as ML.NET's own transformers; export it with {nameof(ExportToOnnx)} and load it with {nameof(SequenceGenerator)}.");

    /// <inheritdoc/>
    public void Dispose() => Generator.Dispose();

    private GeneratedSequence[] Translate(IReadOnlyList<long[]> sources, CancellationToken cancellation = default)
    {
        var input = GenerationInput.FromSources(sources);
        return _beam.Width == 1 ? Generator.Greedy(input, _generation, cancellation) : [.. Generator.BeamSearch(input, _beam, _generation, cancellation).Select(found => found[0])];
    }

    private RowMapping Mapping(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TokenReader.Bind(inputSchema, _source);
        return new(inputSchema, [_source.Column], Added(), row =>
        {
            var reader = new TokenReader(row, _source);
            GeneratedSequence? written = null;
            var at = -1L;
            return Getters(() =>
            {
                if (written is null || at != row.Position)
                    (written, at) = (Translate([Ids(reader.Read())])[0], row.Position);
                return written;
            });
        });
    }

    private DataViewSchema Added()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (_labels is { Type: not null, Values: not null })
            LabelType.Find(_labels.Type)!.AddKeyValues(annotations, _labels.Values);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(SequenceModelFormat.PredictedLabel, new VectorDataViewType(new KeyDataViewType(typeof(uint), _labels.Count)), annotations.ToAnnotations());
        schema.AddColumn(SequenceModelFormat.Score, NumberDataViewType.Single);
        return schema.ToSchema();
    }

    private static Func<DataViewSchema.Column, Delegate> Getters(Func<GeneratedSequence> current) => column => column.Name == SequenceModelFormat.Score
        ? (ValueGetter<float>)((ref float value) => value = (float)current().Score)
        : (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> value) =>
        {
            var tokens = current().Tokens;
            var editor = VBufferEditor.Create(ref value, tokens.Length);
            for (var i = 0; i < tokens.Length; i++)
                editor.Values[i] = (uint)tokens[i];
            value = editor.Commit();
        });

    private static long[] Ids(ReadOnlySpan<int> tokens)
    {
        var ids = new long[tokens.Length];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = tokens[i];
        return ids;
    }

    // A second cursor reads sources ahead.
    private sealed class View(TranslationTransformer model, IDataView input, RowMapping mapping) : SequentialDataView(mapping.OutputSchema)
    {
        public override long? GetRowCount() => input.GetRowCount();

        protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
        {
            var translates = active.AsSpan(input.Schema.Count).Contains(true);
            return new Cursor(model, Schema, active, input.GetRowCursor(input.Schema.Where(column => active[column.Index])), translates ? input.GetRowCursor([input.Schema[model._source.Column]]) : null);
        }
    }

    private sealed class Cursor : SequentialCursor
    {
        private readonly TranslationTransformer _model;
        private readonly DataViewRowCursor _inner;
        private readonly DataViewRowCursor? _ahead;
        private readonly TokenReader? _reader;
        private readonly Queue<GeneratedSequence> _written = new();
        private GeneratedSequence? _current;

        internal Cursor(TranslationTransformer model, DataViewSchema schema, bool[] active, DataViewRowCursor inner, DataViewRowCursor? ahead) : base(schema, active)
        {
            (_model, _inner, _ahead) = (model, inner, ahead);
            _reader = ahead is null ? null : new(ahead, model._source);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _inner.GetIdGetter();

        protected override bool MoveToNextRow()
        {
            if (!_inner.MoveNext())
                return false;
            if (_ahead is null)
                return true;
            if (_written.Count == 0)
                ReadAhead();
            _current = _written.Dequeue();
            return true;
        }

        // Rows of similar lengths are translated together, and given out in their order.
        private void ReadAhead()
        {
            var sources = new List<long[]>();
            while (sources.Count < 4 * RowsAtOnce && _ahead!.MoveNext())
                sources.Add(Ids(_reader!.Read()));
            var written = new GeneratedSequence[sources.Count];
            foreach (var rows in Enumerable.Range(0, sources.Count).OrderBy(row => sources[row].Length).Chunk(RowsAtOnce))
                foreach (var (row, sequence) in rows.Zip(_model.Translate([.. rows.Select(row => sources[row])])))
                    written[row] = sequence;
            foreach (var sequence in written)
                _written.Enqueue(sequence);
        }

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) => column.Index < _inner.Schema.Count
            ? _inner.GetGetter<TValue>(_inner.Schema[column.Index])
            : (ValueGetter<TValue>)Getters(() => _current ?? throw new InvalidOperationException("The cursor stands on no row."))(column);

        protected override void Dispose(bool disposing)
        {
            if (!disposing)
                return;
            _inner.Dispose();
            _ahead?.Dispose();
        }
    }
}
