using System.Globalization;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Acts step by step with an exported model (a Decision Transformer, Chen et al. 2021, or one that clones behaviour), with ONNX Runtime
/// only: keys and values of earlier steps are kept, so a step costs one run of the model over that step. Several threads may start runs of
/// one policy at the same time.
/// </summary>
public sealed class DecisionPolicy : IDisposable
{
    private readonly StepModel _model;

    private DecisionPolicy(StepModel model)
    {
        _model = model;
        try
        {
            Info = DecisionInfo.FromMetadata(model.Metadata);
            foreach (var name in new[] { Info.States, Info.Actions, Info.Returns, Info.Times })
                if (name is not null && model.Inputs.All(input => input.Name != name))
                    throw new InvalidDataException($"The model's metadata '{DecisionInfo.Key}' names the input '{name}', which the model "
                        + $"doesn't have; its inputs: {string.Join("; ", model.Inputs)}.");
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What the model reads, and which returns its training trajectories had.</summary>
    public DecisionInfo Info { get; }

    /// <summary>Number of actions to choose from, or numbers of an action.</summary>
    public int ActionCount => _model.Outputs;

    /// <summary>Loads a model of the next steps.</summary>
    /// <param name="path">The file that <c>ExportStepsToOnnx</c> wrote.</param>
    /// <param name="target">Where to run; null for the processor.</param>
    /// <param name="acceptEdited">Whether a file is accepted whose content has another digest than its metadata says.</param>
    /// <exception cref="OnnxFileException">The file is missing or not a model.</exception>
    /// <exception cref="InvalidDataException">It isn't a model of next steps, or was changed since it was written.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public static DecisionPolicy Load(string path, ExecutionTarget? target = null, bool acceptEdited = false) =>
        new(StepModel.Load(path, target, acceptEdited));

    /// <inheritdoc cref="Load(string, ExecutionTarget?, bool)" path="/*[not(self::param)]"/>
    /// <param name="model">The file's bytes.</param>
    /// <param name="target">Where to run; null for the processor.</param>
    /// <param name="acceptEdited">Whether a model is accepted whose content has another digest than its metadata says.</param>
    public static DecisionPolicy Load(byte[] model, ExecutionTarget? target = null, bool acceptEdited = false) =>
        new(StepModel.Load(model, target, acceptEdited));

    /// <summary>
    /// What is still to come at each step: R[t] = r[t] + R[t + 1]. It isn't discounted, since a run takes what it got from what was asked
    /// for.
    /// </summary>
    /// <param name="rewards">The rewards of a trajectory's steps.</param>
    public static float[] ReturnsToGo(IReadOnlyList<float> rewards)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        var returns = new float[rewards.Count];
        var sum = 0.0;
        for (var step = returns.Length - 1; step >= 0; step--)
            returns[step] = (float)(sum += rewards[step]);
        return returns;
    }

    /// <summary>Begins trajectories side by side that are to reach given returns.</summary>
    /// <param name="returns">The return asked for of each.</param>
    /// <param name="maximumSteps">The most steps of each.</param>
    /// <param name="allowUnseen">
    /// Whether returns may be asked for that lie outside those of the training trajectories, where nothing says what the model does.
    /// </param>
    /// <exception cref="ArgumentException">
    /// No training trajectory had such a return, the model clones behaviour and reads none, or there are more steps than the model has
    /// positions.
    /// </exception>
    public DecisionRun Start(IReadOnlyList<float> returns, int maximumSteps = 1000, bool allowUnseen = false)
    {
        ArgumentNullException.ThrowIfNull(returns);
        if (Info.Returns is null)
            throw new ArgumentException("The model clones behaviour and reads no returns: start it with a number of trajectories.");
        foreach (var asked in returns)
            if (!float.IsFinite(asked) || (!allowUnseen && (asked < Info.LowestReturn || asked > Info.HighestReturn)))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The return asked for is {asked}, which no "
                    + $"trajectory of the training data had: expected {Info.LowestReturn} to {Info.HighestReturn}, or "
                    + $"{nameof(allowUnseen)} and a finite number."), nameof(returns));
        return Start(returns.Count, maximumSteps, [.. returns]);
    }

    /// <summary>Begins trajectories side by side, by a model that clones behaviour.</summary>
    /// <param name="trajectories">Their number.</param>
    /// <param name="maximumSteps">The most steps of each.</param>
    /// <exception cref="ArgumentException">The model reads returns, or there are more steps than it has positions.</exception>
    public DecisionRun Start(int trajectories, int maximumSteps = 1000) => Info.Returns is null
        ? Start(trajectories, maximumSteps, null)
        : throw new ArgumentException($"The model reads returns in '{Info.Returns}': start it with a return for each trajectory.");

    private DecisionRun Start(int rows, int most, float[]? returns)
    {
        if (rows < 1)
            throw new ArgumentException($"There are {rows} trajectories to begin; expected at least 1.");
        if (most < 1 || most > Info.MaximumSteps)
            throw new ArgumentException($"maximumSteps is {most}; expected {(Info.MaximumSteps is { } known ? $"1 to {known}, the "
                + "positions that the model has" : "at least 1")}.");
        return new(Info, _model, rows, most, returns);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _model.Dispose();
}
