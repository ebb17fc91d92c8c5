namespace MLSeqGraph.Onnx;

/// <summary>
/// Trajectories that a <see cref="DecisionPolicy"/> acts in side by side: <see cref="Act"/> and <see cref="Record(long[], float[])"/> by
/// turns. One that has ended goes on with any values while others last.
/// </summary>
public sealed class DecisionRun : IDisposable
{
    private readonly DecisionInfo _info;
    private readonly StepModel.Run _run;
    private readonly int _rows, _actions;
    private readonly float[]? _returns;
    private TensorData _before;
    private bool _hasActed;

    internal DecisionRun(DecisionInfo info, StepModel model, int rows, int most, float[]? returns)
    {
        (_info, _rows, _actions, _returns) = (info, rows, model.Outputs, returns);
        _run = model.Start(rows, most);
        _before = info.IsDiscrete ? TensorData.Zeros(ElementType.Int64, rows, 1) : TensorData.Zeros(ElementType.Float, rows, 1, _actions);
    }

    /// <summary>Steps done so far.</summary>
    public int Steps { get; private set; }

    /// <summary>What is still to come of the return asked for, of each trajectory; empty for a model that clones behaviour.</summary>
    public IReadOnlyList<float> ReturnsToGo => _returns ?? [];

    /// <summary>Scores of the next action of each trajectory.</summary>
    /// <param name="states">The states now: Float [trajectories, features], or Int64 [trajectories].</param>
    /// <param name="times">The times now, of a model that reads them; null for others.</param>
    /// <param name="others">
    /// Further inputs of the model by name, [trajectories, 1, ..] each, or [trajectories, ..] where they have no steps; null for none.
    /// </param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>
    /// [trajectories × actions]: the probability of each action, or the numbers of the action, those of the first trajectory first.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// An input is missing, of another type or shape, has a number that isn't finite, or there are too many steps.
    /// </exception>
    /// <exception cref="InvalidOperationException">What was done in the step before wasn't recorded.</exception>
    public float[] Act(TensorData states, float[]? times = null, IReadOnlyDictionary<string, TensorData>? others = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (_hasActed)
            throw new InvalidOperationException($"Step {Steps} has its scores: expected a call of {nameof(Record)} with the actions done.");
        if (times is not null != _info.Times is not null || (times is not null && times.Length != _rows))
            throw new ArgumentException($"times has {times?.Length ?? 0} numbers; expected {(_info.Times is null ? 0 : _rows)}.");
        var inputs = new Dictionary<string, TensorData>();
        foreach (var (name, value) in others ?? new Dictionary<string, TensorData>())
            inputs[name] = Finite(name, value);
        Finite(_info.States, states);
        if (Array.FindIndex(times ?? [], time => !float.IsFinite(time)) is var at and >= 0)
            throw new ArgumentException($"Time {at} is {times![at]}; expected a finite number.");
        inputs[_info.States] = OneStep(states);
        inputs[_info.Actions] = _before;
        if (_info.Returns is { } returns)
            inputs[returns] = TensorData.Create([.. _returns!], _rows, 1, 1);
        if (_info.Times is { } clock)
            inputs[clock] = TensorData.Create([.. times!], _rows, 1, 1);
        var scores = _run.Step(inputs, 1, cancellation).As<float>();
        _hasActed = true;
        return scores;
    }

    /// <summary>Says what was done, and got.</summary>
    /// <param name="actions">The action of each trajectory, from 0.</param>
    /// <param name="rewards">The reward of each, which its return to go falls by.</param>
    /// <exception cref="ArgumentException">There are more or fewer than trajectories, or an action is out of range.</exception>
    /// <exception cref="InvalidOperationException">The step has no scores yet.</exception>
    public void Record(long[] actions, float[] rewards)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (!_info.IsDiscrete)
            throw new ArgumentException($"Actions of the model are {_actions} numbers; got {actions.Length} whole ones.");
        foreach (var action in actions)
            if (action < 0 || action >= _actions)
                throw new ArgumentException($"The action is {action}; expected 0 to {_actions - 1}.");
        // The column's keys count from 1.
        Record(actions.Length, rewards, () => TensorData.Create(Array.ConvertAll(actions, action => action + 1), _rows, 1));
    }

    /// <inheritdoc cref="Record(long[], float[])" path="/*[not(self::param)]"/>
    /// <param name="actions">[trajectories × numbers of an action].</param>
    /// <param name="rewards">The reward of each, which its return to go falls by.</param>
    public void Record(float[] actions, float[] rewards)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (_info.IsDiscrete || actions.Length % _actions != 0)
            throw new ArgumentException(_info.IsDiscrete ? "Actions of the model are whole numbers from 0."
                : $"There are {actions.Length} numbers; expected {_actions} of each action.");
        if (Array.FindIndex(actions, number => !float.IsFinite(number)) is var bad and >= 0)
            throw new ArgumentException($"Number {bad} of the actions is {actions[bad]}; expected a finite number.");
        Record(actions.Length / _actions, rewards, () => TensorData.Create([.. actions], _rows, 1, _actions));
    }

    private void Record(int count, float[] rewards, Func<TensorData> before)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        if (!_hasActed)
            throw new InvalidOperationException($"Step {Steps} has no scores yet: expected a call of {nameof(Act)}.");
        if (count != _rows || rewards.Length != _rows)
            throw new ArgumentException($"There are {count} actions and {rewards.Length} rewards; expected {_rows} of each.");
        if (Array.FindIndex(rewards, reward => !float.IsFinite(reward)) is var bad and >= 0)
            throw new ArgumentException($"Reward {bad} is {rewards[bad]}; expected a finite number.");
        _before = before();
        for (var row = 0; row < _rows && _returns is not null; row++)
            _returns[row] -= rewards[row];
        (_hasActed, Steps) = (false, Steps + 1);
    }

    /// <summary>Frees what the run holds.</summary>
    public void Dispose() => _run.Dispose();

    private TensorData Finite(string name, TensorData values)
    {
        if (values.Type == ElementType.Float && Array.FindIndex(values.As<float>(), number => !float.IsFinite(number)) is var at and >= 0)
            throw new ArgumentException($"Input '{name}', trajectory {at / Math.Max(1, values.As<float>().Length / _rows)}: the number "
                + $"{values.As<float>()[at]}; expected a finite one.");
        return values;
    }

    // [trajectories, ..] → [trajectories, 1, ..]
    private static TensorData OneStep(TensorData values)
    {
        long[] sizes = [values.Sizes[0], 1, .. values.Sizes.Skip(1)];
        return values.Type == ElementType.Float ? TensorData.Create(values.As<float>(), sizes)
            : TensorData.Create(values.As<long>(), sizes);
    }
}
