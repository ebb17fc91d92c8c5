namespace MLSeqGraph.Onnx;

// Parameters and optimizer states in and out of the device.
public sealed partial class TrainingSession
{
    /// <summary>Writes the trained parameters back into the model's <see cref="TrainingModel.Parameters"/>.</summary>
    public void SaveParameters() => ReadParameters(parameter => parameter.Value.As<float>());

    /// <summary>Writes only the running averages back into the model's parameters.</summary>
    internal void SaveStatistics()
    {
        foreach (var statistic in _model.Statistics)
            _buffers.Current(statistic.Name).Read<float>(statistic.Value.As<float>());
    }

    /// <summary>Copies the current parameters without changing the model's.</summary>
    internal void ReadParameters(Func<Parameter, float[]> into)
    {
        foreach (var (parameter, flat, offset) in _model.Dense)
            _buffers.Current(flat).Read<float>(into(parameter), offset);
        foreach (var table in _model.Tables.Concat(_model.Statistics))
            _buffers.Current(table.Name).Read<float>(into(table));
    }

    /// <summary>Loads the model's current parameters.</summary>
    public void LoadParameters()
    {
        foreach (var (parameter, flat, offset) in _model.Dense)
            _buffers.Current(flat).Write<float>(parameter.Value.As<float>(), offset);
        foreach (var table in _model.Tables.Concat(_model.Statistics))
            _buffers.Current(table.Name).Write<float>(table.Value.As<float>());
    }

    /// <summary>Copies everything the next steps depend on: parameters, optimizer states, the step's number.</summary>
    public TrainingState SaveState() => new(Steps, _buffers.Save());

    /// <summary>Continues from a saved state.</summary>
    /// <exception cref="ArgumentException">The state is that of another model.</exception>
    public void LoadState(TrainingState state)
    {
        _buffers.Load(state.Tensors);
        Steps = state.Steps;
    }
}
