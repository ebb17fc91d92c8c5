namespace MLSeqGraph.Onnx;

/// <summary>
/// The base class of optimizers that compute losses, gradients and products with the curvature several times in a step, to search for its
/// direction and length: the learning rate and its schedule don't matter. They take networks of real-valued inputs, without dropout, batch
/// normalization, weight decay and clipping, and want large batches.
/// </summary>
public abstract class InnerLoopOptimizer : Optimizer
{
    private protected InnerLoopOptimizer()
    {
    }

    /// <summary>Whether it needs products with the Gauss-Newton matrix.</summary>
    internal abstract bool NeedsCurvature { get; }

    /// <summary>Takes a step: sets the parameters and states of the loop.</summary>
    internal abstract void Take(InnerLoop loop);

    // The step's graph gives the gradient in the place of new parameters.
    internal sealed override (Value Parameter, Value[] States) Update(OptimizerInputs at) =>
        (at.Gradient, Array.ConvertAll(at.States, Op.Identity));

    /// <summary>Checks what a step is built of.</summary>
    /// <exception cref="ArgumentException">There is clipping, weight decay, or a learning rate for some parameters alone.</exception>
    /// <exception cref="GraphException">The network draws random numbers, has running statistics, or tables updated by rows.</exception>
    internal void Check(TrainingModel model)
    {
        var name = GetType().Name;
        if (model.ClipNorm > 0 || WeightDecay > 0)
            throw new ArgumentException($"{name}: found clipping at {model.ClipNorm} and a weight decay of {WeightDecay}; expected 0, "
                + "since its line search follows the loss alone.");
        if (model.Dense.FirstOrDefault(entry => entry.Flat != TrainingModel.Flat).Parameter is { } slower)
            throw new ArgumentException($"{name}: found a learning rate of its own for {slower.Name}; expected one for all parameters, "
                + "since its line search takes one length for the whole step.");
        var found = model.Tables.Count > 0 ? "tables updated by rows, such as vectors of tokens"
            : model.Statistics.Count > 0 ? "running statistics, such as those of batch normalization"
            : model.HostInputs.Length > 0 ? "dropout or other random inputs" : null;
        if (found is not null)
            throw new GraphException($"{name}: the network has {found}; expected a loss that is a function of batch and parameters.");
    }

    private protected static void Check(string option, bool holds, float found, string expected)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(option, found, $"Expected {expected}.");
    }
}
