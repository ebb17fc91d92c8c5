using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Writes the deployed form of a trained network and compares it with the training graph. The networks provide the graphs and the inputs
/// on which the two are compared.
/// </summary>
internal sealed class Deployment : IDisposable
{
    /// <summary>
    /// Largest difference allowed between a deployed model and the training graph, relative to max(1, |score|), or to the deviation of
    /// labels that are numbers where that is larger.
    /// </summary>
    internal const double Tolerance = 1e-4;

    private readonly OnnxSession _reference;
    private readonly IReadOnlyDictionary<string, TensorData> _weights;
    private double _largest;
    private int _cases;

    /// <param name="parameters">The trained parameters.</param>
    /// <param name="evaluate">Writes the network as it was trained.</param>
    internal Deployment(ParameterSet parameters, Action<NetworkBuilder> evaluate)
    {
        // Only standard operators, as in the file, since the aim is to find differences between the two graphs. Kernels sum in another
        // order, which by itself exceeds the tolerance where large numbers cancel (as the last bit of an input does).
        var evaluated = new NetworkBuilder(parameters, NetworkMode.Evaluation);
        evaluated.Graph.UsesKernels = false;
        evaluate(evaluated);
        DeadCode.Remove(evaluated.Graph);
        _reference = new OnnxSession(evaluated.Graph);
        _weights = evaluated.ParameterValues.Keys.ToDictionary(name => name, name => parameters[name].Value)
            .Concat(evaluated.FrozenInputs).ToDictionary();
    }

    /// <summary>The training graph without its weights.</summary>
    internal OnnxSession Reference => _reference;

    /// <summary>The result of the comparisons.</summary>
    internal ModelVerification Verification => new(Tolerance, _largest, _cases);

    /// <summary>
    /// Whether outputs are in the units of the rows, which may be any: they then are rounded like the largest of them, not like 1.
    /// </summary>
    internal bool InUnitsOfRows { get; init; }

    /// <summary>The size like which each number of the scores is rounded, 1 or larger; one for all.</summary>
    internal double[] Units { get; init; } = [1];

    private static double LargestOf(TensorData numbers) => numbers.As<float>().Select(number => (double)Math.Abs(number))
        .Where(double.IsFinite).Append(float.Epsilon).Max();

    /// <summary>Writes a deployed graph, with weights inside and constants folded.</summary>
    internal static Graph Write(ParameterSet parameters, string name, Action<NetworkBuilder> network)
    {
        var deployed = new NetworkBuilder(parameters, NetworkMode.Deployment, name: name);
        network(deployed);
        ConstantFolding.Fold(deployed.Graph);
        return deployed.Graph;
    }

    /// <summary>Runs the training graph.</summary>
    internal IReadOnlyDictionary<string, TensorData> Run(IReadOnlyDictionary<string, TensorData> inputs) =>
        _reference.Run(inputs.Concat(_weights).ToDictionary());

    /// <summary>Compares the outputs of deployed models with those of the training graph on the same inputs.</summary>
    /// <exception cref="TensorMismatchException">They differ by more than <see cref="Tolerance"/>.</exception>
    internal void Compare(IReadOnlyDictionary<string, TensorData> inputs,
        params ReadOnlySpan<IReadOnlyDictionary<string, TensorData>> deployed)
    {
        _cases++;
        foreach (var (name, expected) in Run(inputs))
            foreach (var actual in deployed)
                if (expected.Type == ElementType.Float)
                {
                    var difference = TensorComparison.Between(name, expected, actual[name], InUnitsOfRows ? [LargestOf(expected)]
                        : name == ModelFormat.Score ? Units : [1]);
                    difference.ThrowIfAbove(Tolerance);
                    _largest = Math.Max(_largest, difference.Difference);
                }
    }

    public void Dispose() => _reference.Dispose();
}
