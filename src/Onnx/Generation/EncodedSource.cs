using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx.Generation;

/// <summary>What the encoder made of a batch of sources; the tensors stay on the device.</summary>
internal sealed class EncodedSource : IDisposable
{
    private readonly OrtIoBinding? _binding;
    private readonly IDisposableReadOnlyCollection<OrtValue>? _values;
    private readonly Dictionary<string, OrtValue> _outputs = [];

    /// <summary>Runs the encoder, where there is one.</summary>
    internal EncodedSource(GeneratorModel model, IReadOnlyList<GenerationRequest> requests, CancellationToken cancellation)
    {
        Rows = requests.Count;
        if (model.Encoder is not { } encoder)
            return;
        Length = requests.Max(request => request.Source!.Count);
        var source = new long[Rows * Length];
        Array.Fill(source, model.Metadata.PadToken ?? 0);
        var lengths = new long[Rows];
        for (var row = 0; row < Rows; row++)
        {
            lengths[row] = requests[row].Source!.Count;
            for (var i = 0; i < lengths[row]; i++)
                source[row * Length + i] = requests[row].Source![i];
        }
        using var sources = OrtValue.CreateTensorValueFromMemory(source, [Rows, Length]);
        using var rowLengths = OrtValue.CreateTensorValueFromMemory(lengths, [Rows]);
        try
        {
            _binding = encoder.Inference.CreateIoBinding();
            _binding.BindInput(GeneratorModel.Source, sources);
            if (encoder.Inputs.Any(input => input.Name == GeneratorModel.SourceLengths))
                _binding.BindInput(GeneratorModel.SourceLengths, rowLengths);
            string[] used = [.. model.Constants.Select(input => input.Name), .. model.States.Where(model.IsInitialized).Select(state => state.Info.Name)];
            foreach (var name in used)
                _binding.BindOutputToDevice(name, encoder.Memory);
            encoder.Run(_binding, cancellation);
            _binding.SynchronizeBoundOutputs();
            _values = _binding.GetOutputValues();
            foreach (var (name, value) in used.Zip(_values))
                _outputs.Add(name, value);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal int Rows { get; }

    /// <summary>Positions of the sources, padding included.</summary>
    internal int Length { get; }

    internal OrtValue this[string name] => _outputs[name];

    public void Dispose()
    {
        _values?.Dispose();
        _binding?.Dispose();
    }
}
