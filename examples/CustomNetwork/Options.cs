using Examples;

namespace CustomNetwork;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Trains a network of one's own, a minimal gated unit, to tell oscillations apart.") =>
        AddResults("model and picture");
}
