using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A model of sequences that was fitted without gradients, in the form in which it is deployed: the same input side, file format and
/// metadata as networks have, compared with the computation in double precision that fitted it.
/// </summary>
/// <param name="Input">What it reads.</param>
/// <param name="Task">What it predicts.</param>
/// <param name="Labels">Its classes; null for numbers without names.</param>
/// <param name="Outputs">Values of the score of a row, or of a step where steps are tagged.</param>
internal sealed record FittedSequenceModel(SequenceInput Input, ModelTask Task, ModelLabels? Labels, int Outputs)
{
    // batch, most steps, whether lengths differ: one step, several, ragged with single steps among them, and many steps
    private static readonly (int Batch, int Time, bool IsRagged)[] Cases = [(1, 1, false), (3, 7, false), (5, 13, true), (2, 300, true)];

    /// <summary>Writes the outputs by name for sequences [time, batch, features].</summary>
    internal required Func<Sequence, IReadOnlyList<(string Name, Value Value)>> Write { get; init; }

    /// <summary>Draws a sequence of so many steps to compare on.</summary>
    internal required Func<Random, int, ObservedSequence> Sample { get; init; }

    /// <summary>
    /// Gives what is to be compared for a sequence, given the deployed model's outputs by name: what is expected, and what it gave.
    /// </summary>
    internal required Func<ObservedSequence, Func<string, double[]>, IEnumerable<(string Name, double[] Expected, double[] Actual)>> Compare
    {
        get;
        init;
    }

    /// <summary>Parameters of the input side.</summary>
    internal ParameterSet Parameters { get; init; } = new();

    /// <summary>Size of the output <c>Vector</c>; 0 for none.</summary>
    internal int VectorSize { get; init; }

    /// <exception cref="TensorMismatchException">The deployed model gives other values.</exception>
    internal ModelFile ToFile()
    {
        var graph = Deployment.Write(Parameters, "sequence_model", network =>
        {
            List<Value> inRange = [];
            foreach (var (name, value) in Write(Input.DeclareRagged(network, inRange)))
                network.Graph.Output(name, value.Type == ElementType.Float ? SequenceInput.Known(value, inRange) : value);
        });
        ModelInfo info = new(ModelRows.Sequences, Task, [Input.Info], Labels, ModelVersions.Current, Verify(graph))
        {
            Outputs = Outputs, VectorSize = VectorSize,
        };
        return new(DeployedFile.ToBytes(graph, info));
    }

    private ModelVerification Verify(Graph graph)
    {
        using var session = new OnnxSession(graph);
        var (random, largest) = (new Random(1), 0.0);
        foreach (var (batch, time, isRagged) in Cases)
        {
            ObservedSequence[] rows = [.. Enumerable.Range(0, batch).Select(row =>
                Sample(random, !isRagged || row == 0 ? time : row == 1 ? 1 : random.Next(1, time + 1)))];
            var outputs = session.Run(Tensors(rows, Input.Column));
            for (var row = 0; row < batch; row++)
                foreach (var (name, expected, actual) in Compare(rows[row], output => Row(outputs[output], row)))
                {
                    var difference = TensorComparison.Between(name, Single(expected), Single(actual[..expected.Length]));
                    difference.ThrowIfAbove(Deployment.Tolerance);
                    largest = Math.Max(largest, difference.Difference);
                }
        }
        return new(Deployment.Tolerance, largest, Cases.Length);
    }

    /// <summary>Sequences as the inputs of a deployed model.</summary>
    internal static Dictionary<string, TensorData> Tensors(IReadOnlyList<ObservedSequence> rows, SequenceColumn column)
    {
        var (batch, time, width) = (rows.Count, rows.Max(row => row.Steps), column.FeatureCount);
        if (!column.Kind.IsReal())
            return new()
            {
                [column.InputName] = TensorData.Create([.. rows.SelectMany(row => row.SymbolArray.Select(symbol =>
                    symbol < 0 ? ModelInput.UnknownToken : symbol + 1L).Concat(new long[time - row.Steps]))], batch, time),
            };
        return new()
        {
            [column.InputName] = TensorData.Create([.. rows.SelectMany(row => row.ValueArray.Select(value => (float)value).Concat(
                new float[(time - row.Steps) * width]))], batch, time, width),
            [ModelFormat.Lengths] = TensorData.Vector([.. rows.Select(row => (long)row.Steps)]),
        };
    }

    // The deployed model reads single precision: it is compared on numbers that have no more digits.
    internal static ObservedSequence Rounded(ObservedSequence x) => x.Dimensions == 0 ? x
        : ObservedSequence.OfValues(Array.ConvertAll(x.ValueArray, value => (double)(float)value), x.Dimensions);

    private static double[] Row(TensorData tensor, int row)
    {
        var stride = (int)(tensor.Count / tensor.Sizes[0]);
        return tensor.Type == ElementType.Float
            ? Array.ConvertAll(tensor.As<float>().AsSpan(row * stride, stride).ToArray(), value => (double)value)
            : Array.ConvertAll(tensor.As<long>().AsSpan(row * stride, stride).ToArray(), value => (double)value);
    }

    private static TensorData Single(double[] values) =>
        TensorData.Create(Array.ConvertAll(values, value => (float)value), values.Length);
}
