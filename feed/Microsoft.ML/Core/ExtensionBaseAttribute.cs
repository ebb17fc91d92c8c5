namespace Microsoft.ML;

/// <summary>Makes a class known to <see cref="Runtime.ComponentCatalog"/> by a contract name.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class ExtensionBaseAttribute : Attribute
{
    private protected ExtensionBaseAttribute(string contractName) => ContractName = contractName;

    public string ContractName { get; }
}
