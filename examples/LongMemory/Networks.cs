using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace LongMemory;

/// <summary>The networks and optimizers by name.</summary>
internal static class Networks
{
    internal static RecurrentOptions Of(string name, int hidden, float cost) => name switch
    {
        "rnn" => new RnnOptions { Hidden = hidden },
        "irnn" => new RnnOptions { Hidden = hidden, Activation = RnnActivation.Relu, Start = RecurrentStart.Identity },
        "gru" => new GruOptions { Hidden = hidden },
        "phased" => new PhasedLstmOptions { Hidden = hidden },
        "skip" => new SkipRnnOptions { Hidden = hidden, CostPerUpdate = cost },
        _ => new LstmOptions { Hidden = hidden },
    };

    /// <summary>An optimizer, the learning rate that it starts from, and the norm that gradients are clipped at.</summary>
    internal static (Optimizer Optimizer, float Rate, float Clip) OptimizerOf(string name) => name switch
    {
        "momentum" => (new Sgd { Momentum = 0.99f, Nesterov = true, MomentumRises = true }, 1e-2f, 1),
        "lbfgs" => (new LimitedMemoryBfgs(), 1, 0),
        "hessian-free" => (new HessianFree(), 1, 0),
        _ => (new Adam(), 3e-3f, 1),
    };
}
