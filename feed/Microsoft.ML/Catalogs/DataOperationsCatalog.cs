using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Makes data views, splits and filters them.</summary>
public sealed partial class DataOperationsCatalog
{
    internal DataOperationsCatalog(IHostEnvironment env) => Environment = env;

    internal IHostEnvironment Environment { get; }
}
