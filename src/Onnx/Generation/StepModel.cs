namespace MLSeqGraph.Onnx;

/// <summary>A model of the next steps of rows, with states that it passes from run to run, as decoders have them.</summary>
/// <remarks>
/// Inputs: <c>position</c>, the number of steps before, Int64 [1]; states <c>past.X</c>; those with an axis of their own are the same at
/// all steps of a row; all others are what is known of the steps, [batch, time, ..]. Outputs: <c>Score</c>, Float [batch, steps, outputs],
/// and the states <c>present.X</c>.
/// </remarks>
internal sealed class StepModel : IDisposable
{
    private readonly DecoderModel _model;

    private StepModel(OnnxSession session)
    {
        try
        {
            _model = new(null, session, isOfSteps: true);
            if (!_model.HasPosition)
                throw new InvalidDataException($"The model has no input '{DecoderModel.Position}', Int64 [1], as models of the next steps "
                    + $"do; its inputs: {string.Join("; ", session.Inputs)}.");
            if (_model.Fed.FirstOrDefault(input => input.Type is not (ElementType.Float or ElementType.Int64)) is { } other)
                throw new InvalidDataException($"The model has the input {other}; expected Float or Int64.");
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>What is known of steps.</summary>
    internal IReadOnlyList<TensorInfo> Inputs => _model.Fed;

    /// <summary>What is the same at all steps of a row.</summary>
    internal IReadOnlyList<TensorInfo> Constants => _model.Constants;

    /// <summary>Numbers that a step gives.</summary>
    internal int Outputs => _model.Vocabulary;

    internal IReadOnlyDictionary<string, string> Metadata => _model.Decoder.Metadata;

    internal static StepModel Of(Graph graph) => new(new OnnxSession(graph));

    /// <summary>A model in a file.</summary>
    /// <exception cref="OnnxFileException">The file is missing or not a model.</exception>
    /// <exception cref="InvalidDataException">It isn't a model of next steps, or was changed since it was written.</exception>
    internal static StepModel Load(string path, ExecutionTarget? target, bool acceptEdited)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (OnnxFile.ReadMetadata(path).ContainsKey(ModelDigest.Key) && !acceptEdited)
            ModelDigest.Check(File.ReadAllBytes(path), $"'{path}'");
        return new(OnnxSession.Load(path, target, memoryPattern: false));
    }

    /// <summary>A model in memory.</summary>
    /// <exception cref="InvalidDataException">As there.</exception>
    internal static StepModel Load(byte[] model, ExecutionTarget? target, bool acceptEdited)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!acceptEdited)
            ModelDigest.Check(model, "The model");
        return new(OnnxSession.Load(model, target, memoryPattern: false));
    }

    /// <summary>Rows before their first step.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="most">The most steps they get.</param>
    /// <param name="constants">What is the same at all steps, by name; null where the model reads nothing like that.</param>
    internal Run Start(int rows, int most, IReadOnlyDictionary<string, TensorData>? constants = null) =>
        new(_model, rows, most, constants ?? new Dictionary<string, TensorData>());

    public void Dispose() => _model.Dispose();

    /// <summary>Rows that go on together.</summary>
    internal sealed class Run(DecoderModel model, int rows, int most, IReadOnlyDictionary<string, TensorData> constants) : IDisposable
    {
        private readonly DecoderRun _run = new(model, constants, rows, most, 0);

        /// <summary>The scores of the next steps, [rows, steps, outputs].</summary>
        /// <exception cref="ArgumentException">An input is missing, of another type or shape, or there are too many steps.</exception>
        internal TensorData Step(IReadOnlyDictionary<string, TensorData> inputs, int steps = 1, CancellationToken cancellation = default)
        {
            _run.Step(inputs, steps, cancellation);
            var scores = new float[rows * steps * model.Vocabulary];
            for (var row = 0; row < rows; row++)
                for (var step = 0; step < steps; step++)
                    _run.Logits(row, step).CopyTo(scores.AsSpan((row * steps + step) * model.Vocabulary));
            return TensorData.Create(scores, rows, steps, model.Vocabulary);
        }

        public void Dispose() => _run.Dispose();
    }
}
