using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>Adam as libtorch's one kernel over all parameters; TorchSharp's own runs a dozen operations for each of them.</summary>
internal sealed class FusedAdam
{
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _means, _squares, _steps;

    internal FusedAdam(Parameter[] parameters)
    {
        _parameters = parameters;
        _means = [.. parameters.Select(parameter => zeros(parameter.shape))];
        _squares = [.. parameters.Select(parameter => zeros(parameter.shape))];
        _steps = [.. parameters.Select(_ => zeros(1).squeeze())];
    }

    /// <summary>Updates the parameters and drops their gradients.</summary>
    internal void Step(double rate)
    {
        using var off = no_grad();
        Tensor[] gradients = [.. _parameters.Select(parameter => parameter.grad!)];
        TorchScript.Call("adam", _parameters, gradients, _means, _squares, _steps, rate);
        foreach (var parameter in _parameters)
            parameter.grad = null;
    }
}
